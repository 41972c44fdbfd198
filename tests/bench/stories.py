"""What happens to people and accounts, and what an audit must say about it.

One function a story: it adds people and accounts to the company and says which rules they break (`expect`). Whatever a
story does not say is expected to be clear, so every story without an expectation is a trap for false alarms.
Days are counted back from the moment of the audit. Sign-ins lie 20 days or more before what they must not touch,
because Active Directory writes them up to 14 days late; the stories that end in "cannot tell" there are about that.
"""

from dataclasses import dataclass
from typing import Callable

from stories_of_power import (lately, power_without_the_job, power_unused, power_switched_off, power_by_primary_group,
                              administrator_by_primary_group, weak_password, password_for_ever,
                              delegation_without_limits, weak_password_of_account_that_is_off)


@dataclass
class Story:
    tell: Callable
    share: float  # of the number of people
    at_least: int = 2

    def times(self, people):
        return max(self.at_least, round(people * self.share))


# ---- in order

def worker(c):
    c.account(c.person(), groups=True)


def worker_known_by_mail(c):
    c.account(c.person(), groups=True, number="")


def worker_with_second_account(c):
    person = c.person()
    c.account(person, groups=True)
    c.account(person, login=f"adm-{person.login}", mail="")


def worker_locked_out_for_a_while(c):
    c.account(c.person(), groups=True, locked=True)


def administrator(c):
    person = c.person(title="Systems Administrator")
    c.account(person, groups=True)
    c.give_power(c.account(person, login=f"adm-{person.login}", mail="", signed_in=lately(c)))


def person_without_account(c):
    c.person()


def rehired(c):
    """The old row says left; the account carries the number of the new one."""
    old = c.person(status="Left", last_day=-c.days(100, 700))
    new = c.person(first_day=-c.days(20, 90))
    new.given, new.family, new.mail, old.login = old.given, old.family, old.mail, ""
    c.account(new, groups=True)


# ---- leavers

def leaver(c, status="Left", ago=None, before=None, **fields):
    """Signed in for the last time `before` days before the last day, which was `ago` days ago."""
    ago = ago or c.days(5, 300)
    person = c.person(status=status, last_day=-ago)
    return c.account(person, signed_in=ago + (before or c.days(20, 60)), **fields)


def leaver_in_order(c):
    leaver(c, ago=c.days(5, 700), state="off")


def leaver_expired(c):
    leaver(c, ago=c.days(60, 300), state="expired")


def leaver_forgotten(c):
    c.expect("LVR-001", leaver(c, groups=True))


def leaver_still_active_in_hr(c):
    c.expect("LVR-001", leaver(c, status="Active", groups=True))


def leaver_locked_out_for_a_while(c):
    c.expect("LVR-001", leaver(c, locked=True))


def leaver_second_account_forgotten(c):
    account = leaver(c, state="off")
    person = c.people[-1]
    c.expect("LVR-005", c.account(person, login=f"adm-{person.login}", mail="", signed_in=-person.last_day + 30))


def leaver_used_afterwards(c):
    ago = c.days(40, 300)
    person = c.person(status="Left", last_day=-ago)
    c.expect("LVR-002", c.account(person, signed_in=ago - c.days(3, 30), state="off"))


def leaver_password_set_afterwards(c):
    account = leaver(c, ago=c.days(60, 300), state="off")
    account.changed = account.signed_in + 70 * 86400  # 10 to 50 days after the last day
    c.expect("LVR-002", account)


def leaver_forgotten_and_used(c):
    ago = c.days(40, 300)
    person = c.person(status="Left", last_day=-ago)
    account = c.account(person, signed_in=ago - c.days(3, 30), groups=True)
    c.expect("LVR-001", account)
    c.expect("LVR-002", account)


def leaver_keeps_groups(c):
    account = leaver(c, state="off")
    c.must_join.append(account)
    c.expect("LVR-003", account)


def leaver_expired_keeps_groups(c):
    account = leaver(c, ago=c.days(60, 300), state="expired")
    c.must_join.append(account)
    c.expect("LVR-003", account)


def leaver_in_grace(c):
    leaver(c, ago=c.days(1, 2), groups=True)


def leaver_whose_last_day_is_not_over(c):
    """In Berlin that day ended eight hours ago, in Honolulu it has four hours to go."""
    person = c.person(last_day=-1, site="Honolulu")
    c.expect("LVR-009", c.account(person, groups=True))


def leaver_to_be(c):
    """The account never expires. A last day up to 13 days away is over, in every zone, within the 14 days of LVR-009."""
    days = c.days(1, 60)
    account = c.account(c.person(last_day=days), groups=True)
    if days <= 13:
        c.expect("LVR-009", account)


def leaver_kept_for_years(c):
    ago = c.days(760, 900)
    person = c.person(status="Left", first_day=-3000, last_day=-ago)
    c.expect("LVR-010", c.account(person, signed_in=ago + 30, state="off"))


def leaver_without_a_day(c):
    """Gone, HR does not say since when; so nobody can say whether the last sign-in was before that."""
    person = c.person(status="Left")
    account = c.account(person, signed_in=c.days(20, 200), state="off")
    c.expect("LVR-002", account, "cannot tell")
    c.expect("LVR-010", account, "cannot tell")


def leaver_active_until_shortly_before(c):
    account = leaver(c, before=5, state="off")
    if c.is_ad:
        c.expect("LVR-002", account, "cannot tell")


# ---- joiners

def joiner_too_early(c):
    person = c.person(status="Hired", first_day=c.days(20, 60))
    c.expect("JNR-001", c.account(person, signed_in=-1, created=5))


def joiner_soon(c):
    c.account(c.person(status="Hired", first_day=c.days(1, 6)), signed_in=-1, created=5, groups=True)


def joiner_prepared(c):
    c.account(c.person(status="Hired", first_day=c.days(20, 60)), signed_in=-1, created=5, state="off")


def joiner_who_never_signed_in(c):
    c.expect("JNR-004", c.account(c.person(first_day=-32), signed_in=-1, created=c.days(32, 42), groups=True))


# ---- unused

def on_leave(c):
    c.account(c.person(status="On leave"), signed_in=c.days(100, 400), groups=True)


def suspended(c):
    c.expect("MVR-005", c.account(c.person(status="Suspended"), groups=True))


def suspended_and_off(c):
    c.account(c.person(status="Suspended"), state="off", groups=True)


def dormant(c):
    c.expect("DOR-001", c.account(c.person(), signed_in=c.days(61, 400), groups=True))


def dormant_never_used(c):
    c.expect("DOR-001", c.account(c.person(), signed_in=-1, created=c.days(60, 400), groups=True))


def dormant_since_before_recording(c):
    """Older than the recording of sign-ins: when it was used last is not known, but long ago in any case."""
    c.expect("DOR-001", c.account(c.person(), signed_in=-1, created=3000, groups=True))


def nearly_dormant(c):
    c.account(c.person(), signed_in=44, groups=True)


def dormant_or_not(c):
    """Fifty days by an exact clock; by one that is up to 14 days late, 36 to 50."""
    c.expect("DOR-001", c.account(c.person(), signed_in=50, groups=True), "cannot tell" if c.is_ad else "violation")


def new_and_not_yet_used(c):
    c.account(c.person(first_day=-10), signed_in=-1, created=10, groups=True)


def unused_but_off(c):
    c.account(c.person(), signed_in=c.days(100, 400), state="off")


# ---- owners

def shared_mail(c):
    one, other = c.person(), c.person()
    other.mail = one.mail
    c.account(one, groups=True)
    c.expect("ORP-002", c.account(other, number="", groups=True))


def known_by_login_only(c):
    c.expect("ORP-002", c.account(c.person(), number="", mail="", groups=True))


def number_that_hr_does_not_know(c):
    person = c.person()
    c.expect("ORP-002", c.account(person, number="9" + person.number[1:], groups=True))


def orphan(c, **fields):
    serial = len(c.accounts)
    account = c.account(login=f"ext-{serial}", **fields)
    account.mail, account.family = f"ext-{serial}@elsewhere.test", f"Extern {serial}"
    account.number = f"8{serial:06d}" if serial % 2 else ""
    return account


def orphan_used(c):
    c.expect("ORP-001", orphan(c, groups=True))


def orphan_dormant(c):
    account = orphan(c, signed_in=c.days(61, 400))
    c.expect("ORP-001", account)
    c.expect("DOR-001", account)


def orphan_of_last_week(c):
    account = orphan(c, created=7, signed_in=2)
    c.expect("ORP-001", account)
    c.expect("JNR-002", account)


def orphan_off(c):
    orphan(c, state="off", signed_in=c.days(61, 400))


def orphan_with_power(c):
    account = orphan(c, signed_in=lately(c))
    c.give_power(account)
    c.expect("ORP-001", account)
    c.expect("PRV-001", account)


def service(c):
    """Non-human by its name, but in no register: nobody answers for it."""
    c.expect("SVC-001", c.account(login=f"svc-{len(c.accounts)}", groups=True))


def service_dormant(c):
    account = c.account(login=f"svc-{len(c.accounts)}", signed_in=c.days(61, 400))
    c.expect("SVC-001", account)
    c.expect("DOR-001", account)


def registered(c, **fields):
    login = f"device-{len(c.accounts)}"
    c.registered.append(login)
    return c.account(login=login, **fields)


def registered_with_power(c):
    account = registered(c, signed_in=lately(c))
    c.give_power(account)
    c.expect("PRV-001", account)


def break_glass(c):
    """In the register, and accepted by PRV-001."""
    c.give_power(c.account(login="breakglass", signed_in=lately(c)))


def computer(c):
    if c.is_ad:
        c.account(login=f"PC{len(c.accounts)}$", kind="computer", signed_in=c.days(0, 300))


ABOUT_PEOPLE = [
    Story(worker_known_by_mail, .03), Story(worker_with_second_account, .07),
    Story(worker_locked_out_for_a_while, .001), Story(administrator, .005), Story(person_without_account, .015),
    Story(rehired, .002),
    Story(leaver_in_order, .07), Story(leaver_expired, .003), Story(leaver_forgotten, .002),
    Story(leaver_still_active_in_hr, .0005), Story(leaver_locked_out_for_a_while, .0002),
    Story(leaver_second_account_forgotten, .0005), Story(leaver_used_afterwards, .0005),
    Story(leaver_password_set_afterwards, .0002), Story(leaver_forgotten_and_used, .0002),
    Story(leaver_keeps_groups, .002), Story(leaver_expired_keeps_groups, .0003), Story(leaver_in_grace, .001),
    Story(leaver_whose_last_day_is_not_over, .0002), Story(leaver_to_be, .003), Story(leaver_without_a_day, .0002),
    Story(leaver_active_until_shortly_before, .0002), Story(leaver_kept_for_years, .002),
    Story(joiner_too_early, .0005), Story(joiner_soon, .002), Story(joiner_prepared, .002),
    Story(joiner_who_never_signed_in, .0005),
    Story(on_leave, .005), Story(suspended, .0002), Story(suspended_and_off, .0005), Story(dormant, .003), Story(dormant_never_used, .0005),
    Story(dormant_since_before_recording, .0002), Story(nearly_dormant, .002), Story(dormant_or_not, .0005),
    Story(new_and_not_yet_used, .002), Story(unused_but_off, .003),
    Story(shared_mail, .0003), Story(known_by_login_only, .0005), Story(number_that_hr_does_not_know, .0003),
    Story(power_without_the_job, .0002), Story(power_switched_off, .0002), Story(power_by_primary_group, .0001),
    Story(administrator_by_primary_group, .00005), Story(power_unused, .0002), Story(weak_password, .001),
    Story(password_for_ever, .0005), Story(delegation_without_limits, .0001),
    Story(weak_password_of_account_that_is_off, .0005)]

ABOUT_NOBODY = [
    Story(orphan_used, .003), Story(orphan_dormant, .0005), Story(orphan_of_last_week, .0001), Story(orphan_off, .003), Story(orphan_with_power, .00005),
    Story(service, .007), Story(service_dormant, .0005), Story(registered, 0, 20), Story(registered_with_power, 0),
    Story(break_glass, 0, 1), Story(computer, .02)]
