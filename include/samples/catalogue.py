"""Every sample there is."""

from include.samples import defects, lab_reports, letters, packets, records
from include.samples.facts import Sample

SAMPLES: tuple[Sample, ...] = (
    *lab_reports.SAMPLES, *letters.SAMPLES, *records.SAMPLES, *packets.SAMPLES, *defects.SAMPLES)
