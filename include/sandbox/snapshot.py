"""moto's S3 kept in a folder, so that a second start finds the buckets as the first left them.

``index.json`` names buckets, settings and objects; ``objects/`` holds each content once, under its digest. Both are
written by rename, contents first, so that a killed process leaves the snapshot before.
Kept are the current version of each object with its ETag, metadata, tags and lock, and the settings in ``SETTINGS``.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from moto.s3.models import s3_backends
from werkzeug.test import Client

from include.sandbox.rights import ACCOUNT, PARTITION

SETTINGS = ("versioning", "object-lock", "lifecycle", "encryption", "publicAccessBlock", "tagging", "policy")
"""Subresources of a bucket, asked for and given back as the documents that S3's own API speaks, in this order: a lock
asks for versions."""

_NOBODY = {
    "Host": "127.0.0.1",
    "Authorization": "AWS4-HMAC-SHA256 Credential=snapshot/20240115/us-east-1/s3/aws4_request, SignedHeaders=host, "
                     "Signature=0"}
"""A caller without rights: moto's authorisation, once on, refuses it, but fails on a caller without a name."""


class Snapshot:
    """The folder and what it holds.

    :param folder: made when missing.
    :param application: moto's WSGI application, which is asked for the buckets' settings.
    """

    def __init__(self, folder: Path, application: Any) -> None:
        self._folder = folder
        self._objects = folder / "objects"
        self._objects.mkdir(parents=True, exist_ok=True)
        self._client = Client(application)
        self._digests: dict[tuple[str, str, str, str], str] = {}
        self._settings: dict[str, dict[str, str]] = {}
        self._saved = ""
        self._lock = threading.Lock()

    def save(self) -> bool:
        """Write what has changed since the last call; whether anything had."""
        with self._lock:
            index = {"buckets": [self._bucket(bucket) for bucket in list(_backend().buckets.values())]}
            text = json.dumps(index, indent=1, sort_keys=True)
            if text == self._saved:
                return False
            temporary = self._folder / "index.new"
            temporary.write_text(text)
            temporary.replace(self._folder / "index.json")
            self._saved = text
            self._drop_unused(index)
            return True

    def load(self) -> None:
        """Put everything back into an empty moto."""
        path = self._folder / "index.json"
        if not path.exists():
            return
        text = path.read_text()
        for bucket in json.loads(text)["buckets"]:
            self._restore(bucket)
        self._saved = text

    def _bucket(self, bucket: Any) -> dict[str, Any]:
        known = self._settings.setdefault(bucket.name, {})
        for name in SETTINGS:
            answer = self._client.get(f"/{bucket.name}?{name}", headers=_NOBODY)
            if answer.status_code == 200 and answer.data and (name != "versioning" or b"<Status>" in answer.data):
                known[name] = answer.get_data(as_text=True)
            elif answer.status_code == 404:
                known.pop(name, None)
            # Any other answer is moto's authorisation refusing to tell: what was known stays.
        return {
            "name": bucket.name, "region": bucket.region_name, "created": bucket.creation_date.isoformat(),
            "settings": dict(known), "objects": [self._object(bucket.name, key) for key in _current(bucket)]}

    def _object(self, bucket: str, key: Any) -> dict[str, Any]:
        modified = key.last_modified.isoformat()
        name = (bucket, key.name, key.etag, modified)
        if name not in self._digests:
            self._digests[name] = self._keep(key.value)
        tags = _backend().tagger.get_tag_dict_for_resource(key.arn)
        return {
            "key": key.name, "etag": key.etag.strip('"'), "modified": modified, "content": self._digests[name],
            "metadata": dict(key.metadata), "tags": tags, "encryption": key.encryption,
            "lock": [key.lock_mode, key.lock_until]}

    def _keep(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        path = self._objects / digest
        if not path.exists():
            temporary = path.with_suffix(".new")
            temporary.write_bytes(content)
            temporary.replace(path)
        return digest

    def _drop_unused(self, index: dict[str, Any]) -> None:
        used = {entry["content"] for bucket in index["buckets"] for entry in bucket["objects"]}
        self._digests = {name: digest for name, digest in self._digests.items() if digest in used}
        for path in self._objects.iterdir():
            if path.name not in used:
                path.unlink(missing_ok=True)

    def _restore(self, bucket: dict[str, Any]) -> None:
        backend = _backend()
        made = backend.create_bucket(bucket["name"], bucket["region"])
        made.creation_date = datetime.fromisoformat(bucket["created"])
        self._settings[bucket["name"]] = dict(bucket["settings"])
        for name in SETTINGS:
            if document := bucket["settings"].get(name):
                self._client.put(f"/{bucket['name']}?{name}", data=document, headers=_NOBODY)
        for entry in bucket["objects"]:
            content = (self._objects / entry["content"]).read_bytes()
            lock_mode, lock_until = entry.get("lock", (None, None))
            key = backend.put_object(
                bucket["name"], entry["key"], content, etag=entry["etag"], encryption=entry["encryption"],
                lock_mode=lock_mode, lock_until=lock_until, disable_notification=True)
            key.last_modified = datetime.fromisoformat(entry["modified"])
            key.set_metadata(entry["metadata"])
            if entry["tags"]:
                backend.tagger.tag_resource(key.arn, backend.tagger.convert_dict_to_tags_input(entry["tags"]))
            self._digests[bucket["name"], entry["key"], key.etag, entry["modified"]] = entry["content"]


def _backend() -> Any:
    return s3_backends[ACCOUNT][PARTITION]


def _current(bucket: Any) -> Iterator[Any]:
    """The objects' current versions; a delete marker has no value."""
    for _, key in sorted(bucket.keys.items()):
        if hasattr(key, "value"):
            yield key
