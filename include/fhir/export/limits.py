"""How large an import may be."""

from __future__ import annotations

from dataclasses import dataclass

_TYPES = 20
"""More types of resources than a record has: each needs a file, however many there are already."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes; defaults for AWS HealthLake's StartFHIRImportJob.

    Its quotas have grown over the years, and some can be raised for an account. The defaults are the strictest that
    was found stated, so that the export fits whichever holds: 10,000 files
    (https://docs.aws.amazon.com/healthlake/latest/devguide/quotas.html), and the 50 MB a file and 50 GB a job of the
    guide's edition of 2021 (https://github.com/awsdocs/amazon-healthlake-dev-guide, limits.md); later ones are larger.

    :param files: of one import job.
    :param file_bytes: of a file, as long as the job has files enough.
    :param largest_file_bytes: of a file where it has not: what S3 takes in one request
        (https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html).
    :param job_bytes: of all files; an export that is larger is written whole, and has to be imported in parts.
    :param resource_bytes: of a line. No page of AWS that was found states a limit for a resource: this one is our own.
    """

    files: int = 10_000
    file_bytes: int = 50_000_000
    largest_file_bytes: int = 5_000_000_000
    job_bytes: int = 50_000_000_000
    resource_bytes: int = 5_000_000

    def file_bytes_of(self, number: int) -> int:
        """The size of the file before which ``number`` others were begun: it doubles each time that half of the files
        which were left are used up, so that the last one is never reached."""
        left = max(self._rolled - number, 1)
        return min(self.file_bytes << (self._rolled // left).bit_length() - 1, self.largest_file_bytes)

    def may_begin_another(self, number: int) -> bool:
        """Whether a type that has a file already may have a further one after ``number`` files."""
        return number < self._rolled

    @property
    def _rolled(self) -> int:
        return max(self.files - min(_TYPES, self.files // 2), 1)
