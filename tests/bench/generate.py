#!/usr/bin/python3
"""Writes a made-up company into a folder: HR, directory, settings, and what an audit must find. See files.py.

    tests/bench/generate.py FOLDER --people 10000 --directory openldap --seed 1

The settings name the LDIF files; whoever starts a server writes settings of their own (write_settings of files.py).
"""

import argparse
import gc
import pathlib
import sys

sys.dont_write_bytecode = True  # nothing is left in the source tree

import active_directory_files
import company as model
import files
import openldap_files

WRITERS = {"openldap": openldap_files, "active-directory": active_directory_files}


def generate(folder, people, directory, seed=1):
    """The company, with its files written into the folder."""
    gc.disable()  # millions of small things that all stay: looking for garbage among them doubles the time
    folder.mkdir(parents=True, exist_ok=True)
    company = model.Company(people, seed, directory)
    files.write_hr(company, folder / "hr.csv")
    WRITERS[directory].write(company, folder)
    write_settings(company, folder)
    gc.enable()
    return company


def write_settings(company, folder, connection=None):
    """`connection`: the lines of [[directory]] that name a server; without it the LDIF file is named."""
    writer = WRITERS[company.directory]
    directory = writer.settings(company, connection is not None)
    files.write_settings(company, folder / "tallystick.toml", connection or f'ldif = "{writer.LDIF}"', directory)


def write_settings_for_hr_alone(company, folder):
    """hr-alone.toml: the same HR beside a directory of one account, to see what reading HR costs."""
    writer = WRITERS[company.directory]
    (folder / "one.ldif").write_text(writer.account_ldif(company.accounts[0], ""), encoding="utf-8")
    files.write_settings(company, folder / "hr-alone.toml", 'ldif = "one.ldif"', writer.settings(company, False))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--directory", choices=WRITERS, default="openldap")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    company = generate(arguments.folder, arguments.people, arguments.directory, arguments.seed)
    print(f"{len(company.people)} people, {len(company.accounts)} accounts, {len(company.groups)} groups, "
          f"{len(company.truth)} planted verdicts")


if __name__ == "__main__":
    main()
