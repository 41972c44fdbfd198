#include "daemon/config/form.h"
#include "daemon/config/sections.h"

namespace tally::config {

const Fields<decisions::Retention>& retention_fields() {
  using R = decisions::Retention;
  static const Fields<R> fields = {
      {"findings", form::span(&R::findings), "for ever",
       "Personal values of findings and of followed leavers are erased when they are older. Not of findings that are "
       "open or exempt, of leavers who are still followed, or of anybody under a hold."},
      {"decisions", form::span(&R::decisions), "for ever",
       "The same of what people decided: not of what is still in force."},
      {"offboarding", form::span(&R::offboarding), "for ever", "The same of offboarding checks."},
      {"runs", form::span(&R::runs), "for ever",
       "The same of the runs themselves: who asked for them, rejected rows, examples. Not of the newest."},
      {"kept_runs", form::span(&R::kept_runs), "for ever",
       "Kept runs (`keep_snapshots`) are removed when they are older."},
      {"erase_not_before", form::span(&R::erase_not_before), "",
       "`tallystick erase` is refused while the newest entry about the person is younger: for duties to keep."}};
  return fields;
}

void check_retention(const decisions::Retention& settings, const toml::node& at, const Context& context) {
  using R = decisions::Retention;
  constexpr std::chrono::hours kLongest{24 * 36'600};  // a century: longer is for ever
  for (const auto span :
       {&R::findings, &R::decisions, &R::offboarding, &R::runs, &R::kept_runs, &R::erase_not_before}) {
    if (settings.*span > kLongest)
      context.trouble(at, "[retention] has a time of more than 36600 days", "leave it out");
  }
}

}  // namespace tally::config
