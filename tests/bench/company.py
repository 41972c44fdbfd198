"""A made-up company: its people, their accounts, its groups, and what an audit of it must say.

    company = Company(people=10_000, seed=1, directory="openldap")
    company.truth        # [(rule, account, "violation" or "cannot tell")]

The same arguments make the same company, on every machine. What must be found is known here because it was put here:
each story of stories.py adds a person with accounts and says which rules that breaks. Nothing of Tallystick is asked.
People are made of syllables; no list of real names was used.
"""

import math
import random

import stories

AS_OF = 1780293600  # 2026-06-01T06:00:00Z: the moment every audit of this company is about
AS_OF_TEXT = "2026-06-01T06:00:00Z"
DAY = 86400
GRACE_DAYS = 3  # LVR-001 and LVR-005: how long an account may outlive its owner's last day; LVR-002, LVR-003: none
LEAVER_CUTOFF_DAYS = 4  # whose last day is so many days before AS_OF or more is out of the grace period, in every zone
ACCOUNTS_PER_GROUP = 20
TYPICAL_GROUP = 20  # median of the log-normal sizes
SPREAD_OF_GROUPS = 1.3
NESTING = 5
CIRCLE_BEGINS = 2  # how far below the privileged group
RECORDING_SINCE_DAYS = 2300  # sign-ins are recorded since 2020-02-13

TITLES = ("Accountant", "Analyst", "Assembler", "Buyer", "Clerk", "Controller", "Designer", "Developer", "Driver",
          "Electrician", "Planner", "Recruiter", "Researcher", "Salesperson", "Tester", "Translator", "Welder")
ADMIN_TITLE = "Systems Administrator"
DEPARTMENTS = ("Assembly", "Engineering", "Finance", "Human Resources", "Logistics", "Marketing", "Procurement",
               "Quality", "Research", "Sales", "Service")
SITES = ("Berlin", "Copenhagen", "Dublin", "Lisbon")
PRIVILEGED = {"openldap": ("ldap-admins", "server-admins", "backup-admins", "database-admins", "mail-admins"),
              "active-directory": ("Domain Admins", "Account Operators", "Backup Operators", "Server Operators",
                                   "Schema Admins")}
ONSETS = ("b", "br", "d", "dr", "f", "g", "h", "j", "k", "kl", "l", "m", "n", "p", "r", "s", "st", "t", "v", "z")
VOWELS = ("a", "e", "i", "o", "u", "ai", "ei", "ö", "ø", "é")
CODAS = ("", "", "l", "n", "r", "s", "nd", "rk", "th")
ASCII = str.maketrans("öøé", "ooe")


class Person:
    """A row of HR. Days are counted from AS_OF, negative ones are past; None: the field is empty."""

    __slots__ = ("number", "given", "family", "mail", "login", "status", "first_day", "last_day", "department", "title",
                 "manager", "site")


class Account:
    """An entry of the directory. Times are in seconds since 1970; None: it never happened."""

    __slots__ = ("login", "number", "mail", "given", "family", "title", "department", "site", "kind", "created",
                 "signed_in", "changed", "state", "locked", "flags", "primary", "serial")


class Group:
    __slots__ = ("name", "accounts", "groups", "privileged")

    def __init__(self, name, privileged=False):
        self.name, self.accounts, self.groups, self.privileged = name, [], [], privileged


class Company:
    def __init__(self, people, seed, directory):
        self.size, self.directory = people, directory
        self.random = random.Random(f"{seed}/{directory}/{people}")
        self.people, self.accounts, self.truth = [], [], []
        self.registered = ["reader", "breakglass"]
        self.joinable = []  # accounts that ordinary groups may take in
        self.must_join = []  # accounts of which each is in an ordinary group at least
        self.privileged = [self._ring(name) for name in PRIVILEGED[directory]]
        self._make_names()
        self._tell_stories()
        self.groups = self._ordinary_groups()

    @property
    def is_ad(self):
        return self.directory == "active-directory"

    # ---- for stories

    def person(self, status="Active", first_day=None, last_day=None, title=None, site=None):
        pick, person = self.random.random, Person()
        serial = len(self.people) + 1
        person.number = f"{serial:07d}"
        person.given = self.given[int(pick() * len(self.given))]
        person.family = self.family[int(pick() * len(self.family))]
        plain = person.family.lower().translate(ASCII)
        person.login = f"{person.given[0].lower().translate(ASCII)}{plain}{serial}"
        person.mail = f"{person.given.lower().translate(ASCII)}.{plain}.{serial}@example.test"
        person.status, person.last_day = status, last_day
        person.first_day = -800 - int(pick() * 5000) if first_day is None else first_day
        person.department = DEPARTMENTS[int(pick() * len(DEPARTMENTS))]
        person.title = title or TITLES[int(pick() * len(TITLES))]
        person.manager = f"{1 + int(pick() * serial):07d}" if serial > 1 else ""
        person.site = site or SITES[int(pick() * len(SITES))]
        self.people.append(person)
        return person

    def account(self, person=None, login=None, signed_in=None, created=None, groups=False, **fields):
        """`signed_in`, `created`: days before AS_OF; signed_in=-1: never; absent: lately, long ago."""
        pick, account = self.random.random, Account()
        account.serial = len(self.accounts) + 1
        if person is not None:
            account.login, account.number, account.mail = login or person.login, person.number, person.mail
            account.given, account.family, account.title = person.given, person.family, person.title
            account.department, account.site = person.department, person.site
        else:
            account.login, account.number, account.mail = login, "", ""
            account.given = account.family = account.title = account.department = ""
            account.site = SITES[0]
        if signed_in is None:
            signed_in = int(pick() * 40)
        created = max(signed_in, 0) + 310 + int(pick() * 1500) if created is None else created
        account.created = AS_OF - created * DAY - int(pick() * 36000)
        account.signed_in = None if signed_in < 0 else AS_OF - signed_in * DAY - int(pick() * 36000) - 1
        # Never after the owner left, since never after the last sign-in that a story asks for.
        changed = max(signed_in, 0) + int(pick() * 300)
        account.changed = AS_OF - min(changed, created) * DAY - 40000
        account.kind, account.state, account.locked, account.flags, account.primary = "user", "on", False, 0, False
        for name, value in fields.items():
            setattr(account, name, value)
        self.accounts.append(account)
        if groups:
            self.joinable.append(account)
        return account

    def expect(self, rule, account, verdict="violation"):
        self.truth.append((rule, account, verdict))

    def days(self, first, last):
        return first + int(self.random.random() * (last - first + 1))

    def give_power(self, account):
        """In effect, at any depth below one of the privileged groups."""
        ring = self.random.choice(self.privileged)
        depth = self.random.randrange(len(ring))
        ring[depth].accounts.append(account)
        if depth >= CIRCLE_BEGINS and account.state == "on":  # three memberships or more, and through the circle
            self.expect("PRV-002", account)

    # ---- making

    @staticmethod
    def _ring(name):
        """A privileged group and five below it, with a circle."""
        ring = [Group(name, True)] + [Group(f"{name} {i}".replace(" ", "-")) for i in range(1, NESTING + 1)]
        for above, below in zip(ring, ring[1:]):
            above.groups.append(below)
        ring[-1].groups.append(ring[CIRCLE_BEGINS])
        return ring

    def _make_names(self):
        def word(syllables):
            text = "".join(self.random.choice(ONSETS) + self.random.choice(VOWELS) for _ in range(syllables))
            return (text + self.random.choice(CODAS)).capitalize()
        self.given = sorted({word(2) for _ in range(600)})
        self.family = sorted({word(self.random.choice((2, 3))) for _ in range(5000)})

    def _tell_stories(self):
        plan = []
        for story in stories.ABOUT_PEOPLE:
            plan += [story.tell] * story.times(self.size)
        plan += [stories.worker] * (self.size - len(plan))
        self.random.shuffle(plan)
        for tell in plan:
            tell(self)
        for story in stories.ABOUT_NOBODY:
            for _ in range(story.times(self.size)):
                story.tell(self)

    def _ordinary_groups(self):
        count = max(12, len(self.accounts) // ACCOUNTS_PER_GROUP)
        groups, largest = [], max(5, len(self.joinable) // 10)
        for i in range(count):
            group = Group(f"team-{i + 1:06d}")
            size = int(math.exp(self.random.gauss(math.log(TYPICAL_GROUP), SPREAD_OF_GROUPS)))
            group.accounts = self.random.sample(self.joinable, max(1, min(size, largest)))
            groups.append(group)
        for account in self.must_join:
            self.random.choice(groups).accounts.append(account)
        for start in range(0, count - NESTING, NESTING + 1):  # every other block of six is a chain five deep
            if self.random.random() < 0.5:
                continue
            block = groups[start:start + NESTING + 1]
            for above, below in zip(block, block[1:]):
                above.groups.append(below)
            if self.random.random() < 0.1:
                block[-1].groups.append(block[0])
        return groups

    def effective_members(self):
        """Of the privileged groups: everybody in their rings. Powerful primary groups are not among them."""
        return {id(a): a for ring in self.privileged for group in ring for a in group.accounts}.values()
