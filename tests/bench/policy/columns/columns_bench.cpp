// How many bytes an account costs in the columns of a snapshot: by column, for texts and for memberships.
//
//   bench_policy_columns 1000000
//
// Counts what the vectors hold, not what the allocator took. The accounts are like those of a large Active Directory:
// 20 direct memberships in 50,000 groups, a DN of some 60 characters, everything filled in.
#include <fmt/format.h>

#include <cstdlib>
#include <string>

#include "policy/model/columns.h"
#include "policy/model/snapshot.h"

namespace {

using namespace tally;

constexpr std::size_t kGroups = 50'000;
constexpr std::size_t kMemberships = 20;

model::TimeFact moment(std::size_t i, base::TextId basis) {
  return model::TimeFact::known(base::Bounds::exactly(base::Instant{std::chrono::seconds{1'700'000'000 + i}}), basis);
}

void add_account(model::Harvest& h, std::size_t i) {
  model::Accounts& a = h.accounts;
  a.add(model::SourceId(0));
  a.dn[i] = h.text.add(fmt::format("CN=Given Family {},OU=Staff,OU=Berlin,DC=corp,DC=example,DC=com", i));
  a.native_id[i] = h.text.add(fmt::format("{:08x}-4848-5fd6-91b8-dab50728059b", i));
  a.sid[i] = h.text.add(fmt::format("S-1-5-21-3623811015-3361044348-30300820-{}", i));
  a.login[i] = h.text.add(fmt::format("gfamily{}", i));
  a.principal[i] = h.text.add(fmt::format("gfamily{}@corp.example.com", i));
  a.display_name[i] = h.text.add(fmt::format("Given Family {}", i));
  a.mail[i] = h.text.add(fmt::format("given.family{}@example.com", i));
  a.employee_number[i] = h.text.add(fmt::format("{:07}", i));
  const base::TextId basis = h.text.intern("an attribute");
  a.enabled[i] = a.locked[i] = model::BoolFact::known(i % 9 != 0, basis);
  a.expires[i] = model::TimeFact::never(basis);
  for (auto* column : {&a.last_sign_in, &a.password_changed, &a.created, &a.modified}) (*column)[i] = moment(i, basis);
  a.department[i] = h.text.intern(fmt::format("Department {}", i % 500));
  a.title[i] = h.text.intern(fmt::format("Title {}", i % 2000));
  std::vector<model::GroupId> groups;
  for (std::size_t g = 0; g < kMemberships; ++g) groups.push_back(model::GroupId::at((i * 7 + g * 2503) % kGroups));
  h.groups_of_account.push_row(groups);
}

int measure(std::size_t count) {
  model::Harvest h;
  for (std::size_t g = 0; g < kGroups; ++g) h.groups.add(model::SourceId(0));
  for (std::size_t i = 0; i < count; ++i) add_account(h, i);
  const double n = static_cast<double>(count);
  double columns = 0;
  model::each_column<model::Accounts>([&](std::string_view name, auto column) {
    using Value = typename std::decay_t<decltype(h.accounts.*column)>::value_type;
    fmt::print("  {:<22}{:>4} bytes\n", name, sizeof(Value));
    columns += sizeof(Value);
  });
  const double texts = static_cast<double>(h.text.bytes()) / n;
  const double rows = static_cast<double>(h.groups_of_account.offsets.size() * sizeof(std::uint64_t) +
                                          h.groups_of_account.targets.size() * sizeof(model::GroupId)) /
                      n;
  fmt::print("{} accounts: columns {:.0f}, texts {:.0f}, {} memberships {:.0f}: {:.0f} bytes an account\n", count,
             columns, texts, kMemberships, rows, columns + texts + rows);
  return columns <= 400 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  return measure(argc > 1 ? static_cast<std::size_t>(std::strtoull(argv[1], nullptr, 10)) : 1'000'000);
}
