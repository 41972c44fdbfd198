#include <algorithm>
#include <array>

#include "daemon/config/form.h"
#include "daemon/config/sections.h"

namespace tally::config {
namespace {

using S = ServiceSettings;

constexpr std::array kWeekdays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
/// More often than this is a mistake; a directory could not be read in between.
constexpr std::chrono::seconds kShortestInterval{1};

bool digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "05:00"; nothing when it is no time of day.
std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':' || !digits(text.substr(0, 2)) || !digits(text.substr(3))) return std::nullopt;
  const int hours = (text[0] - '0') * 10 + (text[1] - '0');
  const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
  if (hours > 23 || minutes > 59) return std::nullopt;
  return std::chrono::minutes{hours * 60 + minutes};
}

Form<S> times_of_day() {
  return {"list of times of day (\"05:00\")", [](S& target, const toml::node& node, const Context& context) {
            const auto* list = node.as_array();
            if (list == nullptr) return form::wrong_type(node, context, "a list of times of day");
            for (const toml::node& item : *list) {
              const auto* text = item.as_string();
              const auto time = text == nullptr ? std::nullopt : parse_time_of_day(text->get());
              if (time) {
                target.times.push_back(*time);
              } else {
                context.trouble(item, "no time of day", "from \"00:00\" to \"23:59\", in quotes");
              }
            }
          }};
}

Form<S> weekdays() {
  return {"list of mon, tue, wed, thu, fri, sat, sun", [](S& target, const toml::node& node, const Context& context) {
            const auto* list = node.as_array();
            if (list == nullptr) return form::wrong_type(node, context, "a list of weekdays");
            target.weekdays = 0;
            for (const toml::node& item : *list) {
              const auto* text = item.as_string();
              const auto found =
                  text == nullptr ? kWeekdays.end() : std::find(kWeekdays.begin(), kWeekdays.end(), text->get());
              if (found == kWeekdays.end()) {
                context.trouble(item, "no weekday", "mon, tue, wed, thu, fri, sat, sun");
              } else {
                target.weekdays = static_cast<std::uint8_t>(target.weekdays | 1U << (found - kWeekdays.begin()));
              }
            }
            if (list->empty()) context.trouble(node, "no weekday at all", "leave it out for every day");
          }};
}

Form<S> zone() {
  return {"name of a time zone", [](S& target, const toml::node& node, const Context& context) {
            const auto* text = node.as_string();
            if (text == nullptr) return form::wrong_type(node, context, "the name of a time zone");
            target.zone = base::find_zone(text->get());
            if (target.zone == nullptr) {
              context.trouble(node, "there is no time zone named \"" + text->get() + "\"", "such as \"Europe/Berlin\"");
            }
          }};
}

}  // namespace

const Fields<ServiceSettings>& service_fields() {
  static const Fields<S> fields = {
      {"times", times_of_day(), "",
       "Times of day at which the service audits. One that the clocks pass over is due right after the gap; one that "
       "comes twice, the first time. Without times and interval it audits only when asked to."},
      {"weekdays", weekdays(), "every day", "Days of the week for `times`."},
      {"time_zone", zone(), "UTC", "Of `times` and `weekdays`."},
      {"interval", form::span(&S::interval), "",
       "Instead of times: audits this often, counted from midnight UTC on 1 January 1970."},
      {"catch_up", form::flag(&S::catch_up), "true",
       "Whether one audit is run at once when due times were missed, for the service or the machine was off. Missed "
       "times are recorded either way."},
      {"socket", form::path(&S::socket), "/run/tallystick/control.sock",
       "Unix socket on which `tallystick` asks the service."},
      {"operators", form::text(&S::operators), "",
       "Group whose members may ask for audits, offboarding checks, a reload and the status, and decide (exemptions "
       "and the like). root and the service's own user always may."},
      {"hr", form::text(&S::hr), "", "Group whose members may ask for offboarding checks and the status."},
      {"allowed_signers", form::path(&S::allowed_signers), "",
       "File of those who may sign a run off (`tallystick sign-off`) and of their SSH keys, in the form of "
       "ssh-keygen(1), one person a line. Whoever can write it decides who may. Without it nobody may."}};
  return fields;
}

void check_service(const ServiceSettings& settings, const toml::node& at, const Context& context) {
  if (!settings.times.empty() && settings.interval.count() > 0) {
    context.trouble(at, "[service] has both times and an interval", "one of them says when to audit");
  }
  if (settings.interval.count() > 0 && settings.interval < kShortestInterval) {
    context.trouble(at, "the interval is shorter than a second");
  }
  if (settings.socket.empty()) context.trouble(at, "the socket has no path");
}

}  // namespace tally::config
