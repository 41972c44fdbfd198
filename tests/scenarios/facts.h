// The moments, days and switches of scenario files as facts. Each throws for what is none: these are our own tests.
//
//   expires = 2026-03-31T22:00:00Z      or "never", [earliest, latest], { unknown = "why" }
//   last_day = "2026-03-31"             an empty day is one that HR does not have
//   enabled = false                     or { unknown = "why" }
#pragma once

#include <string>

#include "policy/model/snapshot.h"
#include "policy/rules/document.h"

namespace tally::scenarios {

model::TimeFact moment(model::Harvest& h, const rules::Node& table, const char* key, model::TimeFact otherwise);
model::TimeFact day(model::Harvest& h, const std::string& text, const char* key, const std::string& zone,
                    base::Bounds (*bounds)(base::LocalDate, base::Zone));
model::BoolFact truth(model::Harvest& h, const rules::Node& table, const char* key, bool otherwise);

}  // namespace tally::scenarios
