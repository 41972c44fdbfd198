"""What is the same for both kinds of directory: times, LDIF lines, the HR file, the truth, the settings.

Everything is written into one folder:

    hr.csv              what HR knows                       tallystick.toml  the settings of the audit
    *.ldif              the directory                       registered.txt   logins of the register, one a line
    truth.tsv           rule, DN, verdict                   members.tsv      DNs of all effective members of the
    privileged.txt      DNs of the privileged groups                         privileged groups
"""

import base64
import csv
import datetime

import company as model

FIRST_DAY = datetime.date(2026, 6, 1)
HR_COLUMNS = ("Personnel No", "Given Name", "Family Name", "Mail", "Login", "Status", "First Day", "Last Day",
              "Department", "Job", "Manager", "Contract", "Site", "Salary")
_days, _hours = {}, {}


def date(days):
    """A day counted from the moment of the audit, as HR writes it; None is an empty field."""
    if days is None:
        return ""
    if days not in _days:
        _days[days] = (FIRST_DAY + datetime.timedelta(days=days)).isoformat()
    return _days[days]


def generalized_time(seconds):
    """20260131120000Z (RFC 4517 3.3.13), of seconds since 1970."""
    day, rest = divmod(seconds, model.DAY)
    if day not in _hours:
        _hours[day] = (datetime.date(1970, 1, 1) + datetime.timedelta(days=day)).strftime("%Y%m%d")
    return f"{_hours[day]}{rest // 3600:02d}{rest // 60 % 60:02d}{rest % 60:02d}Z"


def text_line(attribute, text):
    """A line of LDIF; base64 when the text is more than ASCII (RFC 2849)."""
    if text.isascii():
        return f"{attribute}: {text}\n"
    return f"{attribute}:: {base64.b64encode(text.encode()).decode()}\n"


def write_hr(company, path):
    with open(path, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(HR_COLUMNS)
        for p in company.people:
            rows.writerow((p.number, p.given, p.family, p.mail, p.login, p.status, date(p.first_day), date(p.last_day),
                           p.department, p.title, p.manager, "Permanent", p.site, 30000 + int(p.number) % 50000))


def write_truth(company, folder, dn_of, group_dn):
    with open(folder / "truth.tsv", "w", encoding="utf-8") as file:
        for rule, account, verdict in company.truth:
            file.write(f"{rule}\t{dn_of(account)}\t{verdict}\n")
    (folder / "members.tsv").write_text("".join(sorted(dn_of(a) + "\n" for a in company.effective_members())))
    (folder / "privileged.txt").write_text("".join(group_dn(ring[0]) + "\n" for ring in company.privileged))
    (folder / "registered.txt").write_text("".join(login + "\n" for login in company.registered))


SETTINGS = """organisation = "A made-up company of {people} people"
state = "state"
log_key = "log.key"

[[hr]]
name = "hr"
path = "hr.csv"
time_zone = "Europe/Berlin"
rows_at_least = {rows}

  [hr.columns]
  employee_id = "Personnel No"
  given_name = "Given Name"
  family_name = "Family Name"
  mail = "Mail"
  login = "Login"
  status = "Status"
  first_day = "First Day"
  last_day = "Last Day"
  department = "Department"
  title = "Job"
  manager_id = "Manager"
  employment_type = "Contract"
  location = "Site"

  [hr.status_words]
  "Hired" = "pre-hire"
  "Active" = "active"
  "On leave" = "on-leave"
  "Suspended" = "suspended"
  "Left" = "left"

  [hr.location_time_zones]
  "Berlin" = "Europe/Berlin"
  "Copenhagen" = "Europe/Copenhagen"
  "Dublin" = "Europe/Dublin"
  "Lisbon" = "Europe/Lisbon"
  "Honolulu" = "Pacific/Honolulu"

[[directory]]
name = "directory"
type = "{type}"
{connection}
{directory}

[correlation]
non_human_patterns = ["svc-.*"]

  [[correlation.match]]
  by = "employee-number"
  confidence = 1.0

  [[correlation.match]]
  by = "mail"
  confidence = 0.9

  [[correlation.match]]
  by = "login"
  confidence = 0.6
  strip_prefixes = ["adm-"]

{registered}
[rules.LVR-001]
grace = "{grace}d"

[rules.LVR-005]
grace = "{grace}d"

[rules.PRV-001]
accepted_accounts = ["breakglass"]

[rules.DOR-002]
accepted_accounts = ["breakglass"]
"""


def write_settings(company, path, connection, directory):
    """`connection`: the lines of [[directory]] that say where it is; `directory`: what else is to be said of it."""
    owner = next(p.number for p in reversed(company.people) if p.status == "Active" and p.last_day is None)
    registered = "".join(f'  [[correlation.registered]]\n  login = "{login}"\n  owner = "{owner}"\n\n'
                         for login in company.registered)
    path.write_text(SETTINGS.format(people=company.size, rows=len(company.people), type=company.directory,
                                    connection=connection, directory=directory, registered=registered,
                                    grace=model.GRACE_DAYS))
