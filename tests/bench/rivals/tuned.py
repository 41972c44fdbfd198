#!/usr/bin/python3
"""The comparison as somebody writes it in python-ldap who has measured: few attributes, pages decoded one by one and
thrown away, no garbage collector, bytes instead of text. Settings come by environment, see rivals.py.
"""

import csv
import gc
import os

import ldap
from ldap.controls import SimplePagedResultsControl

gc.disable()
E = os.environ
AD = E["DIRECTORY"] == "active-directory"
CUTOFF, NOW, NOW_FILETIME = E["CUTOFF"], E["NOW"].encode(), int(E["NOW_FILETIME"])
LOGIN = "sAMAccountName" if AD else "uid"
STATE = ["userAccountControl", "accountExpires"] if AD else ["pwdAccountLockedTime", "pwdEndTime"]
FILTER = "(|(objectClass=user)(objectClass=group))" if AD else "(|(objectClass=person)(objectClass=groupOfNames))"
BUILT_IN = {b"Administrator", b"Guest", b"krbtgt"}


def read_hr():
    """Dictionaries from number, mail address and login to "has left"; None: several people."""
    by_number, by_mail, by_login = {}, {}, {}
    with open(E["HR"], newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows)
        number, mail, login, status, last = (header.index(name) for name in
                                             ("Personnel No", "Mail", "Login", "Status", "Last Day"))
        for row in rows:
            left = row[last] <= CUTOFF if row[last] else row[status] == "Left"
            by_number[row[number].encode()] = left
            key = row[mail].encode()
            by_mail[key] = None if key in by_mail else left
            by_login[row[login].encode()] = left
    return by_number, by_mail, by_login


def usable(entry):
    if AD:
        expires = int(entry.get("accountExpires", (b"0",))[0])
        return not int(entry["userAccountControl"][0]) & 2 and not 0 < expires <= NOW_FILETIME
    if entry.get("pwdAccountLockedTime", (b"",))[0] == b"000001010000Z":
        return False
    return "pwdEndTime" not in entry or entry["pwdEndTime"][0] > NOW


def pages():
    connection = ldap.initialize(E["URI"])
    connection.simple_bind_s(E["BIND_DN"], E["PASSWORD"])
    control = SimplePagedResultsControl(True, 1000, "")
    attributes = [LOGIN, "employeeNumber", "mail", "member", *STATE]
    while True:
        message = connection.search_ext(E["BASE"], ldap.SCOPE_SUBTREE, FILTER, attributes, serverctrls=[control])
        _, entries, _, controls = connection.result3(message)
        yield entries
        control.cookie = controls[0].cookie
        if not control.cookie:
            return


def main():
    by_number, by_mail, by_login = read_hr()
    with open(E["REGISTERED"], "rb") as file:
        registered = set(file.read().split())
    leavers, orphans, members = [], [], {}
    for entries in pages():
        for dn, entry in entries:
            if dn is None:
                continue
            if "member" in entry:
                members[dn.lower()] = entry["member"]
                continue
            if AD and "userAccountControl" not in entry:
                continue  # a group without members
            login = entry.get(LOGIN, (b"",))[0]
            if not login or login in registered or login in BUILT_IN or login.endswith(b"$") or not usable(entry):
                continue
            number, mail = entry.get("employeeNumber", (b"",))[0], entry.get("mail", (b"",))[0]
            plain = login[4:] if login.startswith(b"adm-") else login
            if number in by_number:
                left = by_number[number]
            elif mail in by_mail:
                left = None if number else by_mail[mail]
            elif plain in by_login:
                left = by_login[plain]
            else:
                if not login.startswith(b"svc-"):
                    orphans.append(dn)
                continue
            if left:
                leavers.append(dn)
    with open(E["PRIVILEGED"], encoding="utf-8") as file:
        waiting = file.read().lower().splitlines()
    seen, powerful = set(waiting), set()
    while waiting:
        for member in members.get(waiting.pop(), ()):
            dn = member.decode()
            key = dn.lower()
            if key not in members:
                powerful.add(dn)
            elif key not in seen:
                seen.add(key)
                waiting.append(key)
    with open(E["OUT"], "w", encoding="utf-8") as out:
        for kind, dns in (("leaver", leavers), ("orphan", orphans), ("member", powerful)):
            out.writelines(f"{kind}\t{dn}\n" for dn in dns)


main()
