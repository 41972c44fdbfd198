"""The stories of stories.py that are about privilege and passwords."""

PASSWORD_NOT_REQUIRED, REVERSIBLE, DES_ONLY, NO_PREAUTH = 0x20, 0x80, 0x200000, 0x400000  # MS-ADTS 2.2.16
NEVER_EXPIRES, DELEGATES = 0x10000, 0x80000


def lately(c):
    """A sign-in that no rule about unused privilege can take for an old one."""
    return c.days(0, 10)


def power_without_the_job(c):
    account = c.account(c.person(), groups=True, signed_in=lately(c))
    c.give_power(account)
    c.expect("PRV-001", account)
    c.expect("PRV-010", account)


def power_unused(c):
    """An administrator's second account, unused for long enough in any case."""
    person = c.person(title="Systems Administrator")
    c.account(person, groups=True)
    account = c.account(person, login=f"adm-{person.login}", mail="", signed_in=c.days(61, 300))
    c.give_power(account)
    c.expect("DOR-001", account)
    c.expect("DOR-002", account)


def power_switched_off(c):
    c.give_power(c.account(c.person(), state="off", signed_in=c.days(100, 400)))


def power_by_primary_group(c):
    account = c.account(c.person(), groups=True, primary=True, signed_in=lately(c))
    for rule in ("PRV-001", "PRV-003", "PRV-010"):
        c.expect(rule, account)


def administrator_by_primary_group(c):
    account = c.account(c.person(title="Systems Administrator"), groups=True, primary=True, signed_in=lately(c))
    c.expect("PRV-003", account)
    c.expect("PRV-010", account)


def weak_password(c):
    """Switches that only Active Directory has; elsewhere this is one more worker."""
    flag = c.random.choice((PASSWORD_NOT_REQUIRED, REVERSIBLE, DES_ONLY, NO_PREAUTH))
    account = c.account(c.person(), groups=True, flags=flag)
    if c.is_ad:
        c.expect("CRD-001", account)


def password_for_ever(c):
    account = c.account(c.person(), groups=True, flags=NEVER_EXPIRES)
    if c.is_ad:
        c.expect("CRD-002", account)


def delegation_without_limits(c):
    account = c.account(c.person(), groups=True, flags=DELEGATES)
    if c.is_ad:
        c.expect("PRV-008", account)


def weak_password_of_account_that_is_off(c):
    c.account(c.person(), flags=NO_PREAUTH, state="off", signed_in=c.days(100, 400))
