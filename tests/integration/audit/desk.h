// Desk: Tallystick set up in a folder of its own and used through its command line, as people use it.
//
//   Desk desk;
//   desk.write("hr.csv", text);
//   desk.configure(hr_section() + directory_section(…));
//   EXPECT_EQ(desk.audit().exit_code, 1);
//   EXPECT_EQ(findings(desk.report()), (Verdicts{{"LVR-001", "unix/cleo"}}));
//
// Not a mock: it runs the built program and reads its JSON report.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/work_folder.h"

namespace tally::integration {

using Json = nlohmann::ordered_json;
/// Rule and subject: {"LVR-001", "corp-ad/cleo"}; sources as {"DQ-005", "source/corp-ad"}.
using Verdict = std::pair<std::string, std::string>;
using Verdicts = std::set<Verdict>;
/// Each open finding and how it stands: "new", "still open", "changed", "open, not re-checked".
using Standings = std::map<Verdict, std::string>;

class Desk {
 public:
  /// With a fresh key in its state folder. Throws std::runtime_error when that is not possible.
  Desk();

  /// Writes a file beside the configuration, readable by its owner alone; returns its path.
  std::string write(const std::string& name, const std::string& text);
  /// Writes tallystick.toml: `sections` after the settings that every audit needs.
  void configure(const std::string& sections);
  /// How programs are started; for servers whose names only another namespace knows.
  void run_by(std::function<base::Result<support::Outcome>(support::Command)> how) { how_ = std::move(how); }

  support::Outcome audit(std::vector<std::string> more = {},
                         const std::vector<std::pair<std::string, std::string>>& environment = {});
  /// tallystick COMMAND --config … --state …
  support::Outcome run(std::vector<std::string> command,
                       const std::vector<std::pair<std::string, std::string>>& environment = {});
  support::Outcome verify();
  /// tallystick report --format json
  std::string report_text();
  Json report() { return Json::parse(report_text()); }

  [[nodiscard]] std::string state() const { return folder_.path() / "state"; }
  [[nodiscard]] std::string folder() const { return folder_.path(); }

 private:
  support::WorkFolder folder_;
  std::function<base::Result<support::Outcome>(support::Command)> how_;
};

/// The findings that this run made itself (not those that it could not check again).
Verdicts findings(const Json& report);
Standings standings(const Json& report);
Verdicts resolved(const Json& report);
/// Rule and subject of everything that could not be told. Only whole for fewer subjects a reason than the report lists.
Verdicts cannot_tell(const Json& report);
/// {rule: "asked clear violations cannot_tell"}: what has to agree between two ways of reading the same directory.
std::map<std::string, std::string> tallies(const Json& report);
/// One rule's line of `rules`.
Json tally(const Json& report, const std::string& rule);
Json source(const Json& report, const std::string& name);
/// The finding with that rule and subject; null when there is none.
Json finding(const Json& report, const Verdict& verdict);
/// "partial; size-limit: the server stopped …; hidden: …"
std::string coverage(const Json& report, const std::string& name);

}  // namespace tally::integration
