#!/usr/bin/env python3
"""Turns the contract into constant C tables: never code, so that what runs is what a person wrote and read.

  generate.py catalogue --header CATALOGUE_H --out OUT.c catalogue.json jurisdictions.json
  generate.py contract  --results RESULT_H --catalogue catalogue.json --out OUT.c|OUT.json PART.json...
  generate.py texts     --declare OUT.h --out OUT.c texts.json
  generate.py safety    --declare OUT.h --out OUT.c safety_points.json jurisdictions.json
  generate.py log       --declare OUT.h --out OUT.c log_words.json
  generate.py fhir      --declare OUT.h --out OUT.c log_fhir.json log_words.json
  generate.py hints     --header HINT_WORDS_H --catalogue catalogue.json --out OUT.c hints.json

Strict: an unknown key, a missing one or a value that the C types can't hold stops the build with the fault's place.
Standard library only.
"""
import argparse
import sys

sys.dont_write_bytecode = True  # the source tree stays as it is

import catalogue
import hints
import log_fhir
import log_words
import openapi
import texts
from strict import Fault


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("catalogue", "contract", "fhir", "hints", "log", "texts", "safety"))
    parser.add_argument("--header", help="policy/catalogue.h or api/hint_words.h")
    parser.add_argument("--results", help="base/result.h")
    parser.add_argument("--catalogue", help="catalogue.json")
    parser.add_argument("--declare", help="the header to make, for fhir, log, texts and safety")
    parser.add_argument("--version", default="0")
    parser.add_argument("--out", required=True)
    parser.add_argument("parts", nargs="+")
    options = parser.parse_args()
    try:
        {"catalogue": catalogue.make, "contract": openapi.make, "fhir": log_fhir.make, "hints": hints.make, "log": log_words.make,
         "texts": texts.make_texts, "safety": texts.make_safety}[options.what](options)
    except (Fault, OSError) as fault:
        sys.exit(f"generate.py: {fault}")


if __name__ == "__main__":
    main()
