// The HR feed of the company that services are tested with, and its place in the configuration.
#pragma once

namespace tally::integration {

/// One who works here and one who left; the columns that kHrSection does not name are for tests that change it.
inline constexpr const char* kHr =
    "Personnel No,Given Name,Family Name,Mail,Status,First Day,Last Day,Job\n"
    "000001,Ada,Lovelace,ada@example.test,Active,2020-01-01,,Worker\n"
    "000002,Dana,Weiss,dana@example.test,Left,2020-01-01,2021-01-31,Worker\n";

inline constexpr const char* kHrSection =
    "[[hr]]\nname = \"hr\"\npath = \"hr.csv\"\ntime_zone = \"UTC\"\n"
    "  [hr.columns]\n  employee_id = \"Personnel No\"\n  given_name = \"Given Name\"\n  family_name = \"Family Name\"\n"
    "  status = \"Status\"\n  last_day = \"Last Day\"\n"
    "  [hr.status_words]\n  \"Active\" = \"active\"\n  \"Left\" = \"left\"\n";

}  // namespace tally::integration
