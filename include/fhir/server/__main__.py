"""``python -m include.fhir.server``: whether the server that FHIR_SERVER_URL names takes what is posted.

``python -m include.fhir.server anew <document id>...``: the next delivery of these documents posts everything again,
over whatever version the server has. S3 is found by boto3's own settings (``AWS_ENDPOINT_URL_S3``, ``AWS_PROFILE``).
"""

from __future__ import annotations

import sys

from include.errors import PipelineError
from include.fhir.server.capability import shortcomings
from include.fhir.server.client import FhirServer
from include.fhir.server.delivery import anew
from include.fhir.server.ledger import Ledger
from include.settings import Settings, settings


def verify(server: FhirServer) -> int:
    """Exit code 0: it takes everything; 1: the sentences say what it does not."""
    try:
        answer = server.read("metadata")
    except PipelineError:
        print(f"{server.base} cannot be reached.")
        return 1
    if answer.status != 200:
        print(f"{server.base}/metadata answers with status {answer.status}.")
        return 1
    found = shortcomings(answer.body or {})
    print("\n".join(found) if found else f"{server.base} is FHIR R4 and takes everything that is posted.")
    return 1 if found else 0


def post_anew(chosen: Settings, server: FhirServer, documents: list[str]) -> int:
    """Exit code 1 where nothing of a document was delivered to this server; it stays as it is."""
    import boto3

    from include.documents.storage import Bucket

    bucket = Bucket(boto3.client("s3", region_name=chosen.aws_default_region), chosen.documents_bucket)
    unknown = 0
    for document in documents:
        ledger = Ledger(bucket, document, server.base)
        if ledger.known:
            ledger.write(anew(ledger.known))
            print(f"{document}: everything will be posted again. Clear its task convert_to_fhir.")
        else:
            print(f"{document}: nothing of it was delivered to this server.")
            unknown += 1
    return 1 if unknown else 0


def main(arguments: list[str]) -> int:
    """Exit code 1 without FHIR_SERVER_URL or for arguments that are not understood."""
    chosen = settings()
    if arguments and (arguments[0] != "anew" or len(arguments) == 1):
        print(__doc__)
        return 1
    if not chosen.fhir_server_url:
        print("FHIR_SERVER_URL is not set: nothing is posted to a FHIR server.")
        return 1
    server = FhirServer(chosen.fhir_server_url, chosen.fhir_server_timeout_seconds)
    return post_anew(chosen, server, arguments[1:]) if arguments else verify(server)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
