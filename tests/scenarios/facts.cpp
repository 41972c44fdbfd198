#include "tests/scenarios/facts.h"

#include <stdexcept>

namespace tally::scenarios {

using base::Instant;
using model::BoolFact;
using model::TimeFact;
using rules::Node;

TimeFact moment(model::Harvest& h, const Node& t, const char* key, TimeFact otherwise) {
  const Node* node = t.find(key);
  if (node == nullptr) return otherwise;
  const auto basis = h.text.intern("as written");
  if (const auto* at = node->get<Instant>()) return TimeFact::known(base::Bounds::exactly(*at), basis);
  if (const auto* word = node->get<std::string>(); word != nullptr && *word == "never") return TimeFact::never(basis);
  if (const Node* why = node->find("unknown")) return TimeFact::unknown(h.text.intern(*why->get<std::string>()));
  const auto* pair = node->get<Node::List>();
  if (pair == nullptr || pair->size() != 2) throw std::runtime_error(std::string(key) + " is no moment");
  return TimeFact::known({*pair->front().get<Instant>(), *pair->back().get<Instant>()}, basis);
}

TimeFact day(model::Harvest& h, const std::string& text, const char* key, const std::string& zone,
             base::Bounds (*bounds)(base::LocalDate, base::Zone)) {
  if (text.empty()) return TimeFact::never(h.text.intern(std::string(key) + "="));
  const auto parsed = base::parse_date(text);
  if (!parsed) throw std::runtime_error(text + " is no day");
  if (!zone.empty() && base::find_zone(zone) == nullptr) throw std::runtime_error(zone + " is no time zone");
  return TimeFact::known(bounds(*parsed, zone.empty() ? nullptr : base::find_zone(zone)),
                         h.text.intern(std::string(key) + "=" + text));
}

BoolFact truth(model::Harvest& h, const Node& t, const char* key, bool otherwise) {
  const Node* node = t.find(key);
  if (node == nullptr) return BoolFact::known(otherwise, h.text.intern(key));
  if (const Node* why = node->find("unknown")) return BoolFact::unknown(h.text.intern(*why->get<std::string>()));
  const bool* value = node->get<bool>();
  if (value == nullptr) throw std::runtime_error(std::string(key) + " is neither true nor false");
  return BoolFact::known(*value, h.text.intern(key));
}

}  // namespace tally::scenarios
