// A small directory for tests of the profiles: LDIF text in, tables out.
#pragma once

#include <string>

#include "connectors/directory/ldif_reader.h"
#include "connectors/directory/profile.h"
#include "connectors/directory/table_builder.h"

namespace tally::directory {

struct Tree {
  /// Facts are as of 2026-06-01T00:00:00Z.
  explicit Tree(ProfileOptions given) : options(std::move(given)) {
    harvest.source.coverage.state = model::CoverageState::complete;
    auto made = Profile::create(options, *base::parse_instant("2026-06-01T00:00:00Z"));
    profile = std::move(*made);
  }

  Tree& read(std::string_view ldif) {
    LdifReader reader({[&](const Entry& e) { profile->decode(e, builder); },
                       [&](model::Reject r) { harvest.source.coverage.reject(std::move(r)); }});
    reader.feed(ldif);
    reader.finish();
    return *this;
  }
  Tree& finish() {
    profile->finish(builder);
    left = builder.finish();
    profile->settle(harvest);
    return *this;
  }

  std::string_view view(base::TextId id) const { return harvest.text.view(id); }
  const model::Coverage& coverage() const { return harvest.source.coverage; }
  /// Row of the account with that login.
  std::uint32_t account(std::string_view login) const {
    for (std::uint32_t i = 0; i < harvest.accounts.size(); ++i) {
      if (view(harvest.accounts.login[i]) == login) return i;
    }
    return 0xFFFFFFFF;
  }
  std::uint32_t group(std::string_view name) const {
    for (std::uint32_t i = 0; i < harvest.groups.size(); ++i) {
      if (view(harvest.groups.name[i]) == name) return i;
    }
    return 0xFFFFFFFF;
  }
  /// Names of the direct groups, joined by spaces.
  std::string groups_of(std::string_view login) const {
    std::string out;
    for (const model::GroupId g : harvest.groups_of_account.row(account(login))) {
      out += (out.empty() ? "" : " ") + std::string(view(harvest.groups.name[g.index()]));
    }
    return out;
  }
  /// "yes: basis"
  std::string fact(model::BoolFact f) const {
    const char* word = f.value == model::Truth::yes ? "yes" : f.value == model::Truth::no ? "no" : "unknown";
    return word + (": " + std::string(view(f.basis)));
  }
  std::string fact(model::TimeFact f) const {
    if (f.state == model::TimeState::known) return base::format_bounds(f.bounds);
    return (f.state == model::TimeState::never ? "never: " : "unknown: ") + std::string(view(f.basis));
  }

  ProfileOptions options;
  model::Harvest harvest;
  std::unique_ptr<Profile> profile;
  TableBuilder builder{options, harvest};
  Unresolved left;
};

}  // namespace tally::directory
