"""A write with tags asks for s3:PutObjectTagging as well, which moto forgets.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html, under Permissions.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from include.sandbox.rights import MotoRights

_CALLER = re.compile(r"Credential=([^/,\s]+)/[^,\s]*/s3/aws4_request")
_DENIED = "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"


class TagRights:
    """The WSGI application.

    :param moto: the application behind it.
    """

    def __init__(self, moto: Any, rights: MotoRights) -> None:
        self._moto = moto
        self._rights = rights

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        request = Request(environ)
        caller = _CALLER.search(request.headers.get("Authorization", ""))
        if request.method == "PUT" and caller and request.headers.get("x-amz-tagging"):
            place = unquote(request.path).lstrip("/")
            if not self._rights.allows("s3:PutObjectTagging", f"arn:aws:s3:::{place}", caller[1]):
                return Response(_DENIED, 403, content_type="application/xml")(environ, start_response)
        return self._moto(environ, start_response)
