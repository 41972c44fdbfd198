#include "connectors/hr/csv_source.h"
#include "daemon/config/form.h"
#include "daemon/config/sections.h"

namespace tally::config {
namespace {

using hr::ColumnMapping;
using hr::CsvOptions;
using model::Employment;

std::optional<Employment> employment_of(const toml::node& node, const Context& context) {
  static constexpr std::pair<std::string_view, Employment> kWords[] = {{"pre-hire", Employment::pre_hire},
                                                                       {"active", Employment::active},
                                                                       {"on-leave", Employment::on_leave},
                                                                       {"suspended", Employment::suspended},
                                                                       {"left", Employment::left}};
  const auto* value = node.as_string();
  for (const auto& [word, meaning] : kWords) {
    if (value != nullptr && value->get() == word) return meaning;
  }
  context.trouble(node, "no employment status", "one of pre-hire, active, on-leave, suspended, left");
  return std::nullopt;
}

std::optional<std::string> zone_of(const toml::node& node, const Context& context) {
  const auto* value = node.as_string();
  if (value != nullptr && base::find_zone(value->get()) != nullptr) return value->get();
  context.trouble(node, "no time zone of the tz database", "such as \"Europe/Berlin\"");
  return std::nullopt;
}

Form<CsvOptions> zone() {
  return {"time zone (Europe/Berlin)", [](CsvOptions& target, const toml::node& node, const Context& context) {
            if (auto found = zone_of(node, context)) target.time_zone = *found;
          }};
}

Form<CsvOptions> delimiter() {
  return {"one of \",\" \";\" \"\\t\" \"|\"", [](CsvOptions& target, const toml::node& node, const Context& context) {
            const auto* value = node.as_string();
            const bool good = value != nullptr && value->get().size() == 1 &&
                              std::string_view(",;\t|").find(value->get()[0]) != std::string_view::npos;
            if (!good) return context.trouble(node, "not a delimiter", "one of \",\" \";\" \"\\t\" \"|\"");
            target.delimiter = value->get()[0];
          }};
}

}  // namespace

const Fields<ColumnMapping>& column_fields() {
  using C = ColumnMapping;
  static const Fields<C> fields = {
      {"employee_id", form::text(&C::employee_id), "required", "Column of the employee number, the key of a person."},
      {"given_name", form::text(&C::given_name), "", "Column of the given name."},
      {"family_name", form::text(&C::family_name), "", "Column of the family name."},
      {"display_name", form::text(&C::display_name), "", "Column of the whole name."},
      {"mail", form::text(&C::mail), "", "Column of the mail address."},
      {"login", form::text(&C::login), "", "Column of a login name, if HR knows one."},
      {"status", form::text(&C::status), "", "Column of the employment status; its words are mapped in status_words."},
      {"first_day", form::text(&C::first_day), "", "Column of the first working day."},
      {"last_day", form::text(&C::last_day), "", "Column of the last working day; empty means open-ended."},
      {"department", form::text(&C::department), "", "Column of the department."},
      {"title", form::text(&C::title), "", "Column of the job title."},
      {"manager_id", form::text(&C::manager_id), "", "Column of the manager's employee number."},
      {"employment_type", form::text(&C::employment_type), "", "Column of the kind of contract."},
      {"location", form::text(&C::location), "", "Column of the place of work."},
      {"time_zone", form::text(&C::time_zone), "", "Column of the time zone in which the last day ends."},
      {"cost_center", form::text(&C::cost_center), "", "Column of the cost centre."},
      {"sponsor_id", form::text(&C::sponsor_id), "",
       "Column of the employee number of who answers for a contractor or guest."},
      {"previous_last_day", form::text(&C::previous_last_day), "",
       "Column of the last day of an earlier employment here; empty means there was none."},
      {"moved", form::text(&C::moved), "",
       "Column of the day of the last change of department or job; empty means there was none."},
      {"leave_from", form::text(&C::leave_from), "", "Column of the first day of a leave."},
      {"leave_until", form::text(&C::leave_until), "", "Column of the last day of a leave."},
      {"training_valid_until", form::text(&C::training_valid_until), "",
       "Column of the last day on which the security training counts; empty means none is on record."},
      {"screening_done", form::text(&C::screening_done), "",
       "Column of the day of the background check; empty means none is on record."},
      {"nda_signed", form::text(&C::nda_signed), "",
       "Column of the day on which the confidentiality agreement was signed; empty means none is on record."},
      {"last_working_day", form::text(&C::last_working_day), "",
       "Column of the last day on which a leaver works, when leave is taken before the employment ends."},
      {"leaving_entered", form::text(&C::leaving_entered), "",
       "Column of the day on which HR entered that somebody leaves: what came later is not HR's delay."}};
  return fields;
}

const Fields<CsvOptions>& hr_fields() {
  using O = CsvOptions;
  static const Fields<O> fields = {
      {"name", form::text(&O::name), "required", "Name of the source in reports and in the log."},
      {"path", form::path(&O::path), "required", "The CSV file."},
      {"delimiter", delimiter(), "\",\"", "Character between fields."},
      {"encoding", form::text(&O::encoding), "UTF-8",
       "Character encoding of the file, by an ICU converter name such as windows-1252."},
      {"date_format", form::text(&O::date_format), "%Y-%m-%d",
       "How dates are written, with %Y, %m and %d; nothing else is accepted."},
      {"time_zone", zone(), "",
       "Zone in which days begin and end where a row gives none. Without one a day is 26 hours wide and the last hours "
       "are \"cannot tell\"."},
      {"location_time_zones",
       form::table_of<O, std::string>(&O::location_time_zones, "table of location = time zone", zone_of), "",
       "Time zone of each value of the location column."},
      {"columns", form::section(&O::columns, column_fields(), "[hr.columns]"), "required",
       "Which column holds what. Columns not named here are never stored."},
      {"status_words", form::table_of<O, Employment>(&O::status_words, "table of word = status", employment_of), "",
       "What the words of the status column mean: pre-hire, active, on-leave, suspended or left. An unmapped word "
       "makes the status unknown."},
      {"rows_at_least", form::whole_number(&O::rows_at_least, 1, 1'000'000'000), "",
       "A file with fewer rows is not believed."},
      {"max_age", form::span(&O::max_age), "180d",
       "A file that was last changed longer ago is not believed: the source is doubtful, and its age is said."},
      {"max_bytes", form::whole_number(&O::max_bytes, 1, std::int64_t{1} << 40), "4294967296",
       "A larger file is refused."}};
  return fields;
}

void check_hr(const CsvOptions& options, const toml::node& at, const Context& context) {
  const std::string who = "HR source \"" + options.name + "\"";
  CsvOptions others = options;  // what is missing or empty was told when it was read
  if (others.path.empty()) others.path = "-";
  if (others.columns.employee_id.empty()) others.columns.employee_id = "-";
  for (const std::string& problem : hr::problems(others)) context.trouble(at, who + ": " + problem);
  if (options.columns.status.empty() && options.columns.last_day.empty()) {
    context.trouble(at, who + " maps neither status nor last_day: nobody could ever be seen to leave",
                    "map at least one of them in [hr.columns]");
  }
}

}  // namespace tally::config
