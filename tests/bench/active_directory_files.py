"""The directory as Active Directory has it, in two forms.

    samba-add.ldif, samba-change.ldif   for ldbmodify on a fresh Samba domain, in this order (servers.py does it)
    export.ldif                         the same as an export of a domain controller, with SIDs and GUIDs, for an audit
                                        without a server

About 1.2 KB and 25 attributes an account. A Samba domain has accounts of its own besides (Administrator, Guest,
krbtgt, its computer, reader); none of them is a finding.
"""

import base64
import hashlib
import struct

import company as model
import files
from files import generalized_time, text_line
from openldap_files import LOREM

SUFFIX = "DC=ad,DC=lab,DC=test"
EPOCH_1601 = 11644473600  # seconds from 1601 to 1970: FILETIME counts from there, in steps of 100 ns
NEVER = 9223372036854775807
NORMAL, OFF, WORKSTATION = 0x200, 0x2, 0x1000  # userAccountControl, MS-ADTS 2.2.16
GLOBAL_SECURITY_GROUP = -2147483646
DOMAIN_SID = (21, 1004336348, 1177238915, 682003330)
BUILT_IN = {"Domain Admins": (512, "CN=Users"), "Schema Admins": (518, "CN=Users"), "Domain Users": (513, "CN=Users"),
            "Account Operators": (548, "CN=Builtin"), "Server Operators": (549, "CN=Builtin"),
            "Backup Operators": (551, "CN=Builtin")}
FIRST_RID = 10_000
LDIF = "export.ldif"


def filetime(seconds):
    return (seconds + EPOCH_1601) * 10_000_000


def when(seconds):
    return f"{generalized_time(seconds)[:-1]}.0Z"


def dn_of(account):
    name = account.login.rstrip("$")
    return f"CN={name},OU=D{account.serial % 20:02d},OU=Corp,{SUFFIX}"


def group_dn(group):
    if group.name in BUILT_IN:
        return f"CN={group.name},{BUILT_IN[group.name][1]},{SUFFIX}"
    return f"CN={group.name},OU=Groups,OU=Corp,{SUFFIX}"


def control_of(a):
    return (WORKSTATION if a.kind == "computer" else NORMAL) | (OFF if a.state == "off" else 0) | a.flags


def account_ldif(a, more=""):
    name = f"{a.given} {a.family}".strip() or a.login
    lines = f"dn: {dn_of(a)}\n"
    lines += "".join(f"objectClass: {c}\n" for c in ("top", "person", "organizationalPerson", "user"))
    lines += "objectClass: computer\n" if a.kind == "computer" else ""
    lines += text_line("displayName", name)
    for attribute, value in (("givenName", a.given), ("sn", a.family), ("employeeNumber", a.number), ("mail", a.mail),
                             ("title", a.title), ("department", a.department)):
        if value:
            lines += text_line(attribute, value)
    if a.signed_in is not None:
        lines += f"lastLogonTimestamp: {filetime(a.signed_in)}\n"
    if a.locked:
        lines += f"lockoutTime: {filetime(model.AS_OF - 600)}\n"
    expires = filetime(model.AS_OF - 30 * model.DAY) if a.state == "expired" else NEVER
    return lines + (
        f"sAMAccountName: {a.login}\nuserPrincipalName: {a.login.rstrip('$')}@ad.lab.test\n"
        f"userAccountControl: {control_of(a)}\naccountExpires: {expires}\npwdLastSet: {filetime(a.changed)}\n"
        f"company: Example Manufacturing\ntelephoneNumber: +49 30 {a.serial:08d}\nmobile: +49 170 {a.serial:08d}\n"
        f"streetAddress: {a.serial % 300} Long Road\npostalCode: {10000 + a.serial % 80000}\nl: {a.site}\n"
        f"physicalDeliveryOfficeName: {a.serial % 9}.{a.serial % 400:03d}\nhomeDrive: H:\nscriptPath: logon.cmd\n"
        f"homeDirectory: \\\\files.ad.lab.test\\home\\{a.serial % 100:02d}\\{a.serial:08d}\n"
        f"wWWHomePage: https://intranet.example.test/people/by-number/{a.serial:08d}\n"
        f"description: {LOREM} {a.serial:08d}\ninfo: {LOREM}\n{more}\n")


def units():
    names = [f"OU=D{i:02d},OU=Corp" for i in range(20)] + ["OU=Groups,OU=Corp"]
    return "".join(f"dn: {name},{SUFFIX}\nobjectClass: organizationalUnit\n\n" for name in ["OU=Corp"] + names)


def members_of(group):
    return [dn_of(a) for a in group.accounts] + [group_dn(g) for g in group.groups]


def change(dn, operation, attribute, values):
    lines = "".join(f"{attribute}: {value}\n" for value in values)
    return f"dn: {dn}\nchangetype: modify\n{operation}: {attribute}\n{lines}-\n\n"


def write_for_samba(company, folder):
    """Members follow when all groups are there; a primary group wants a member first, and then lists it no more."""
    rings = [group for ring in company.privileged for group in ring]
    with open(folder / "samba-add.ldif", "w", encoding="utf-8") as file:
        file.write(units())
        file.writelines(account_ldif(account) for account in company.accounts)
        for group in company.groups + [group for group in rings if not group.privileged]:
            file.write(f"dn: {group_dn(group)}\nobjectClass: group\nsAMAccountName: {group.name}\n"
                       f"groupType: {GLOBAL_SECURITY_GROUP}\n\n")
    with open(folder / "samba-change.ldif", "w", encoding="utf-8") as file:
        for group in company.groups + rings:
            file.write(change(group_dn(group), "add", "member", members_of(group)))
        for account in company.accounts:
            if account.signed_in is None:  # for the others it does not matter when they were made
                file.write(change(dn_of(account), "replace", "whenCreated", [when(account.created)]))
            if account.primary:
                file.write(change(f"CN=Domain Admins,CN=Users,{SUFFIX}", "add", "member", [dn_of(account)]))
                file.write(change(dn_of(account), "replace", "primaryGroupID", [512]))


def sid(*parts):
    """objectSid as LDIF has it (MS-DTYP 2.4.2.2): revision, number of parts, authority 5, the parts."""
    raw = struct.pack(f"<BB6s{len(parts)}I", 1, len(parts), b"\0\0\0\0\0\5", *parts)
    return f"objectSid:: {base64.b64encode(raw).decode()}\n"


def guid(text):
    return f"objectGUID:: {base64.b64encode(hashlib.md5(text.encode()).digest()).decode()}\n"


def group_export(group, rid):
    in_builtin = BUILT_IN.get(group.name, (0, ""))[1] == "CN=Builtin"
    own_sid = sid(32, rid) if in_builtin else sid(*DOMAIN_SID, rid)
    members = "".join(f"member: {dn}\n" for dn in members_of(group))
    return (f"dn: {group_dn(group)}\nobjectClass: top\nobjectClass: group\nsAMAccountName: {group.name}\n"
            f"groupType: {GLOBAL_SECURITY_GROUP}\n{own_sid}{guid(group.name)}"
            f"whenCreated: 20200101000000.0Z\n{members}\n")


def write_export(company, folder):
    with open(folder / LDIF, "w", encoding="utf-8") as file:
        file.write(f"dn: {SUFFIX}\nobjectClass: top\nobjectClass: domain\nobjectClass: domainDNS\ndc: ad\n"
                   f"lockoutDuration: -18000000000\n{guid('domain')}{sid(*DOMAIN_SID)}\n{units()}")
        rid = FIRST_RID
        for account in company.accounts:
            rid += 1
            primary = 515 if account.kind == "computer" else 512 if account.primary else 513
            file.write(account_ldif(account, f"{sid(*DOMAIN_SID, rid)}{guid(account.login)}primaryGroupID: {primary}\n"
                                             f"whenCreated: {when(account.created)}\n"))
        groups = company.groups + [group for ring in company.privileged for group in ring]
        for group in groups + [model.Group("Domain Users")]:
            rid += 1
            file.write(group_export(group, BUILT_IN.get(group.name, (rid, ""))[0]))


def write(company, folder):
    write_for_samba(company, folder)
    write_export(company, folder)
    files.write_truth(company, folder, dn_of, group_dn)


def settings(_company, live):
    # Samba writes whenCreated itself and signs nobody in while it is loaded.
    return f'bases = ["{SUFFIX}"]' if live else f'exported_at = {model.AS_OF_TEXT}\nbases = ["{SUFFIX}"]'
