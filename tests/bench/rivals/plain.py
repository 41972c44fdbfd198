#!/usr/bin/python3
"""The comparison as people write it in python-ldap: read everything into dictionaries of text, then look. Settings come
by environment, see rivals.py.
"""

import csv
import os

import ldap
from ldap.controls import SimplePagedResultsControl

env = os.environ
ad = env["DIRECTORY"] == "active-directory"
login_attribute = "sAMAccountName" if ad else "uid"
group_class = "group" if ad else "groupOfNames"
person_class = "user" if ad else "person"


def read_directory(search_filter):
    connection = ldap.initialize(env["URI"])
    connection.simple_bind_s(env["BIND_DN"], env["PASSWORD"])
    control = SimplePagedResultsControl(True, size=1000, cookie="")
    entries = []
    while True:
        message = connection.search_ext(env["BASE"], ldap.SCOPE_SUBTREE, search_filter, ["*", "+"],
                                        serverctrls=[control])
        _, data, _, controls = connection.result3(message)
        for dn, attributes in data:
            if dn is None:
                continue
            entry = {"dn": dn}
            for name, values in attributes.items():
                entry[name] = [value.decode("utf-8", "replace") for value in values]
            entries.append(entry)
        control.cookie = controls[0].cookie
        if not control.cookie:
            return entries


def first(entry, name):
    return entry.get(name, [""])[0]


def is_enabled(account):
    if ad:
        expires = int(first(account, "accountExpires") or 0)
        return not int(first(account, "userAccountControl")) & 2 and not 0 < expires <= int(env["NOW_FILETIME"])
    locked = first(account, "pwdAccountLockedTime") == "000001010000Z"
    end = first(account, "pwdEndTime")
    return not locked and not (end and end <= env["NOW"])


def has_left(person):
    if person["Last Day"]:
        return person["Last Day"] <= env["CUTOFF"]
    return person["Status"] == "Left"


def expand(group_dn, groups, seen, members):
    if group_dn.lower() in seen:
        return
    seen.add(group_dn.lower())
    for member in groups[group_dn.lower()].get("member", []):
        if member.lower() in groups:
            expand(member, groups, seen, members)
        else:
            members.add(member)


with open(env["HR"], newline="", encoding="utf-8") as file:
    people = list(csv.DictReader(file))
by_number = {person["Personnel No"]: person for person in people}
by_login = {person["Login"]: person for person in people}
by_mail = {}
for person in people:
    by_mail.setdefault(person["Mail"], []).append(person)
with open(env["REGISTERED"], encoding="utf-8") as file:
    registered = file.read().split()

accounts = read_directory(f"(objectClass={person_class})")
groups = {group["dn"].lower(): group for group in read_directory(f"(objectClass={group_class})")}

leavers, orphans = [], []
for account in accounts:
    login = first(account, login_attribute)
    if login in registered or login in ("Administrator", "Guest", "krbtgt") or login.endswith("$"):
        continue
    if not is_enabled(account):
        continue
    number, mail = first(account, "employeeNumber"), first(account, "mail")
    plain = login[4:] if login.startswith("adm-") else login
    if number in by_number:
        owner = by_number[number]
    elif mail in by_mail:
        if number or len(by_mail[mail]) > 1:
            continue
        owner = by_mail[mail][0]
    elif plain in by_login:
        owner = by_login[plain]
    else:
        if not login.startswith("svc-"):
            orphans.append(account["dn"])
        continue
    if has_left(owner):
        leavers.append(account["dn"])

members, seen = set(), set()
with open(env["PRIVILEGED"], encoding="utf-8") as file:
    for group_dn in file.read().splitlines():
        expand(group_dn, groups, seen, members)

with open(env["OUT"], "w", encoding="utf-8") as out:
    for kind, dns in (("leaver", leavers), ("orphan", orphans), ("member", members)):
        for dn in dns:
            out.write(f"{kind}\t{dn}\n")
