"""The directory as OpenLDAP has it: people.ldif for slapadd, below the suffix dc=example,dc=test.

The suffix itself and the audit's own account come from whoever starts the server; an audit of the file alone begins one
level below. About 1.2 KB and 25 attributes an account.
"""

import json

import company as model
import files
from files import generalized_time, text_line

SUFFIX = "dc=example,dc=test"
POWER_GID, STAFF_GID = 10, 100
PRIVILEGED_TIERS = ("0", "1", "1", "1", "1")
LOREM = ("Made for measuring. This text stands for what gathers in the description of an account over the years, from "
         "tickets to telephone extensions, and nobody asks for it.")
LDIF = "people.ldif"


def dn_of(account):
    return f"uid={account.login},ou=people,{SUFFIX}"


def group_dn(group):
    return f"cn={group.name},ou=groups,{SUFFIX}"


def account_ldif(a, uuid):
    name = f"{a.given} {a.family}".strip() or a.login
    named = text_line("cn", name) + text_line("sn", a.family or a.login) + text_line("displayName", name)
    optional = text_line("givenName", a.given) if a.given else ""
    for attribute, value in (("employeeNumber", a.number), ("mail", a.mail), ("title", a.title),
                             ("departmentNumber", a.department)):
        if value:
            optional += f"{attribute}: {value}\n"
    if a.signed_in is not None:
        optional += f"pwdLastSuccess: {generalized_time(a.signed_in)}\n"
    if a.state == "off":
        optional += "pwdAccountLockedTime: 000001010000Z\n"
    elif a.locked:
        optional += f"pwdAccountLockedTime: {generalized_time(model.AS_OF - 600)}\n"
    if a.state == "expired":
        optional += f"pwdEndTime: {generalized_time(model.AS_OF - 30 * model.DAY)}\n"
    gid = POWER_GID if a.primary else STAFF_GID
    return (
        f"dn: {dn_of(a)}\nobjectClass: inetOrgPerson\nobjectClass: posixAccount\nobjectClass: shadowAccount\n"
        f"uid: {a.login}\n{named}{optional}uidNumber: {10000 + a.serial}\ngidNumber: {gid}\n"
        f"homeDirectory: /home/{a.login[:2]}/{a.login}\nloginShell: /bin/bash\ngecos: account {a.serial}\n"
        f"telephoneNumber: +49 30 {a.serial:08d}\nmobile: +49 170 {a.serial:08d}\nstreet: {a.serial % 300} Long Road\n"
        f"postalCode: {10000 + a.serial % 80000}\nl: {a.site}\no: Example Manufacturing\nou: Site {a.site}\n"
        f"roomNumber: {a.serial % 9}.{a.serial % 400:03d}\nemployeeType: Permanent\npreferredLanguage: en\n"
        f"shadowLastChange: {a.changed // model.DAY}\n"
        f"labeledURI: https://intranet.example.test/people/by-number/{a.serial:08d}\n"
        f"userPassword: {{SSHA}}{uuid[:8]}{uuid[9:13]}{uuid[14:18]}{uuid[19:23]}{uuid[24:]}\n"
        f"description: {LOREM} {a.serial:08d}\n"
        f"entryUUID: {uuid}\ncreateTimestamp: {generalized_time(a.created)}\n"
        f"pwdChangedTime: {generalized_time(a.changed)}\n\n")


def group_ldif(group, uuid):
    members = "".join(f"member: {dn_of(a)}\n" for a in group.accounts)
    members += "".join(f"member: {group_dn(g)}\n" for g in group.groups)
    return (f"dn: {group_dn(group)}\nobjectClass: groupOfNames\ncn: {group.name}\nentryUUID: {uuid}\n"
            f"createTimestamp: 20200101000000Z\n{members}\n")


def write(company, folder):
    bits = company.random.getrandbits

    def uuid():
        text = f"{bits(128):032x}"
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:]}"
    with open(folder / LDIF, "w", encoding="utf-8", buffering=1 << 20) as file:
        for unit in ("people", "groups"):
            file.write(f"dn: ou={unit},{SUFFIX}\nobjectClass: organizationalUnit\nou: {unit}\n\n")
        file.write(f"dn: ou=policies,{SUFFIX}\nobjectClass: organizationalUnit\nou: policies\n\n"
                   f"dn: cn=default,ou=policies,{SUFFIX}\nobjectClass: device\nobjectClass: pwdPolicy\ncn: default\n"
                   "pwdAttribute: userPassword\npwdLockout: TRUE\n\n")
        for name, gid in (("power", POWER_GID), ("staff", STAFF_GID)):
            file.write(f"dn: cn={name},ou=groups,{SUFFIX}\nobjectClass: posixGroup\ncn: {name}\ngidNumber: {gid}\n\n")
        for account in company.accounts:
            file.write(account_ldif(account, uuid()))
        for group in company.groups + [group for ring in company.privileged for group in ring]:
            file.write(group_ldif(group, uuid()))
    files.write_truth(company, folder, dn_of, group_dn)


def settings(company, live):
    """What [[directory]] says beside the connection, of a server or of the LDIF file."""
    named = [(group_dn(ring[0]), tier) for ring, tier in zip(company.privileged, PRIVILEGED_TIERS)]
    named.append((f"cn=power,ou=groups,{SUFFIX}", "1"))
    groups = ",\n  ".join(f'{{ group = "{dn}", tier = "{tier}" }}' for dn, tier in named)
    since = files.date(-model.RECORDING_SINCE_DAYS)
    bases = [SUFFIX] if live else [f"ou={unit},{SUFFIX}" for unit in ("people", "groups", "policies")]
    exported = "" if live else f"exported_at = {model.AS_OF_TEXT}\n"
    return (f'{exported}bases = {json.dumps(bases)}\n'
            f'default_password_policy = "cn=default,ou=policies,{SUFFIX}"\n'
            f'sign_ins_recorded_since = {since}T00:00:00Z\n'
            f"privileged_groups = [\n  {groups}]")
