"""The invented patients and practices of the samples; telephone numbers are 555-01xx, kept for fiction."""

from include.samples.facts import Person
from include.samples.layout import Letterhead

MARIGOLD = Person("Marigold", "Sampleton", "1968-03-14", "03/14/1968", "female", "SMP-004217", "555-0101",
                  "12 Invented Lane, Nowhere, ZZ 00000")
"""Has three documents, so that a record can be merged."""
BARNABY = Person("Barnaby", "Fauxworth", "1955-11-28", "28 November 1955", "male", "SMP-008833", "555-0102",
                 "4 Make-Believe Street, Nowhere, ZZ 00000")
OTTILIE = Person("Ottilie", "Placeholder", "1989-07-22", "07/22/1989", "female", "SMP-001956", "555-0103",
                 "77 Pretend Road, Nowhere, ZZ 00000")
QUENTIN = Person("Quentin", "Mockingham", "1947-05-30", "1947-05-30", "male", "SMP-005540", "555-0104",
                 "9 Fable Court, Nowhere, ZZ 00000")
ROSALIND = Person("Rosalind", "Testerly", "2019-08-17", "08/17/2019", "female", "SMP-009102", "555-0105",
                  "31 Story Hill, Nowhere, ZZ 00000")
LEOPOLD = Person("Leopold", "Dummer", "1972-12-19", "12/19/1972", "male", "SMP-003318", "555-0106",
                 "58 Phantom Way, Nowhere, ZZ 00000")
HENRIETTA = Person("Henrietta", "Imagina", "1961-09-25", "September 25, 1961", "female", "SMP-007764", "555-0107",
                   "2 Daydream Square, Nowhere, ZZ 00000")
THADDEUS = Person("Thaddeus", "Specimen", "1980-04-16", "04/16/1980", "male", "SMP-006271", "555-0108",
                  "15 Fantasy Avenue, Nowhere, ZZ 00000")
CLEMENTINE = Person("Clementine", "Notreal", "1993-02-27", "02/27/1993", "female", "SMP-002489", "555-0109",
                    "40 Fiction Terrace, Nowhere, ZZ 00000")

LABORATORY = Letterhead("Nowhere Clinical Laboratory", "100 Fiction Drive, Nowhere, ZZ 00000", "555-0120")
HOSPITAL = Letterhead("Imaginary General Hospital", "1 Fable Plaza, Nowhere, ZZ 00000", "555-0130", "#7a1f2b")
PRACTICE = Letterhead("Make-Believe Family Practice", "22 Pretend Road, Nowhere, ZZ 00000", "555-0140", "#23613b")
CLINIC = Letterhead("Storybook Internal Medicine", "8 Parable Street, Nowhere, ZZ 00000", "555-0150", "#4b3a7a")
