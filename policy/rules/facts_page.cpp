#include "policy/rules/facts_page.h"

#include <fmt/format.h>

#include <array>
#include <span>

#include "policy/rules/catalogue.h"

namespace tally::rules {
namespace {

constexpr std::string_view kHead = R"(# Facts

What a rule may name. Made by `tallystick policy facts --page`; do not edit. How rules are written: [spec/rules.md](spec/rules.md).

Every fact may be **unknown**, with the reason, where the source it comes from was not seen or is not believed; a moment
may be **imprecise**, somewhere between two bounds. The last column says what else makes it so. *(computed)* stands for
what is worked out from several facts. A directory of the kind "generic" has what its configuration names
([settings.md](settings.md)); how each kind of directory is read: [directories.md](directories.md).

| a rule about | may read |
|---|---|
)";

struct Section {
  model::SubjectKind kind;
  std::string_view intro;
};
constexpr std::array kSections{
    Section{model::SubjectKind::account,
            "The account, as its directory shows it, and what correlation and effective "
            "access make of it."},
    Section{model::SubjectKind::person,
            "The person as HR knows them. Of an account that belongs to no person all of them are unknown."},
    Section{model::SubjectKind::group, "The group, as its directory shows it."},
    Section{model::SubjectKind::membership, "A direct membership of an account in a group."},
    Section{model::SubjectKind::source, "What was read, and how completely."},
    Section{model::SubjectKind::run, "The audit itself."},
};

bool belongs(const FactInfo& fact, model::SubjectKind kind) {
  const std::string_view word = to_string(kind);
  return fact.name.starts_with(word) && fact.name.substr(word.size()).starts_with('.');
}

/// Attribute names in code type, "(computed)" and phrases as they are.
std::string attribute(std::string_view text) {
  if (text.empty()) return "–";
  return text.front() == '(' || text.find(" or ") != std::string_view::npos ? std::string(text)
                                                                            : fmt::format("`{}`", text);
}

std::string table_of(model::SubjectKind kind) {
  const bool from_directory = kind == model::SubjectKind::account || kind == model::SubjectKind::group ||
                              kind == model::SubjectKind::membership;
  const bool from_hr = kind == model::SubjectKind::person;
  std::string out = "| fact | type | meaning |";
  std::string line = "|---|---|---|";
  if (from_directory) {
    out += " Active Directory | OpenLDAP | 389 DS, FreeIPA |";
    line += "---|---|---|";
  }
  if (from_hr) {
    out += " column of HR |";
    line += "---|";
  }
  out += " imprecise or unknown |\n" + line + "---|\n";
  for (const FactInfo& fact : catalogue()) {
    if (!belongs(fact, kind)) continue;
    out += fmt::format("| `{}` | {} | {} |", fact.name, fact.type.name(), fact.meaning);
    if (from_directory)
      for (const char* profile : {"active-directory", "openldap", "389ds"})
        out += fmt::format(" {} |", attribute(fact.from.in(profile)));
    if (from_hr) out += fmt::format(" {} |", attribute(fact.from.hr));
    out += fmt::format(" {} |\n", fact.doubt);
  }
  return out;
}

}  // namespace

std::string facts_page() {
  std::string out(kHead);
  for (const model::SubjectKind about : model::kSubjectKinds) {
    out += fmt::format("| {} | `now`", to_string(about));
    for (const Section& section : kSections) {
      const std::string name = fmt::format("{}.any", to_string(section.kind));
      const FactInfo any{name, cel::Type::boolean(), {}};
      if (usable_in(any, about)) out += fmt::format(", `{}.*`", to_string(section.kind));
    }
    out += " |\n";
  }
  for (const Section& section : kSections) {
    out += fmt::format("\n## {}\n\n{}\n\n{}", to_string(section.kind), section.intro, table_of(section.kind));
  }
  return out;
}

}  // namespace tally::rules
