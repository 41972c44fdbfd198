// Effective access over a million users, 50,000 groups and 10 million memberships, beside plain loops over the same
// arrays.
//
//   bench_policy_access [USERS [GROUPS [MEMBERSHIPS]]]
//
// Groups have log-normal sizes; every second block of six is nested five deep, one in ten of those in a circle; one
// group in a thousand is privileged. The loops by hand know dense numbers and nothing else: no reasons for doubt, no
// paths, no order of DNs. What both give is compared.
#include <fmt/format.h>

#include <cmath>
#include <random>

#include "policy/access/access.h"
#include "policy/access/effective_groups.h"
#include "tests/bench/policy/measure.h"

namespace tally::bench {
namespace {

using model::AccountId;
using model::GroupId;
using model::Snapshot;
using model::Tier;

constexpr int kRounds = 7;
constexpr std::uint32_t kUnreached = 0xFFFFFFFF;

struct Size {
  std::uint32_t users = 1'000'000, groups = 50'000;
  std::uint64_t memberships = 10'000'000;
};

model::SparseRows<GroupId> rows_of(std::vector<std::pair<std::uint32_t, std::uint32_t>>& edges, std::size_t rows) {
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  model::SparseRows<GroupId> out;
  auto edge = edges.begin();
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (; edge != edges.end() && edge->first == row; ++edge) out.targets.emplace_back(edge->second);
    out.offsets.push_back(out.targets.size());
  }
  return out;
}

model::SparseRows<GroupId> memberships(const Size& size, std::mt19937_64& random) {
  std::lognormal_distribution<double> log_normal(0.0, 1.2);
  std::vector<double> share(size.groups);
  double all = 0;
  for (double& one : share) all += one = log_normal(random);
  std::uniform_int_distribution<std::uint32_t> user(0, size.users - 1);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
  edges.reserve(size.memberships + size.groups);
  for (std::uint32_t group = 0; group < size.groups; ++group) {
    const auto members = static_cast<std::uint64_t>(share[group] / all * static_cast<double>(size.memberships));
    for (std::uint64_t i = 0; i < members; ++i) edges.emplace_back(user(random), group);
  }
  return rows_of(edges, size.users);
}

model::SparseRows<GroupId> nestings(const Size& size, std::mt19937_64& random) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> edges;
  std::uniform_int_distribution<std::uint32_t> any(0, size.groups - 1);
  constexpr std::uint32_t kBlock = 6, kOneInTen = 10;
  for (std::uint32_t first = 0; first + kBlock <= size.groups; first += 2 * kBlock) {
    for (std::uint32_t i = 0; i + 1 < kBlock; ++i) edges.emplace_back(first + i, first + i + 1);
    if (any(random) % kOneInTen == 0) edges.emplace_back(first + kBlock - 1, first);
    edges.emplace_back(first + kBlock - 1, any(random));
  }
  return rows_of(edges, size.groups);
}

Snapshot company(const Size& size) {
  std::mt19937_64 random(1);
  Snapshot s;
  model::SourceRecord& source = s.sources.emplace_back();
  source.name = "corp";
  source.kind = model::SourceKind::directory;
  source.coverage.state = model::CoverageState::complete;
  for (std::uint32_t i = 0; i < size.users; ++i) s.accounts.add(model::SourceId(0));
  for (std::uint32_t i = 0; i < size.groups; ++i) {
    s.groups.add(model::SourceId(0));
    s.groups.name[i] = s.text.add(fmt::format("group {}", i));
    s.groups.dn[i] = s.text.add(fmt::format("cn=group {},ou=groups,dc=corp,dc=example", i * 7919ULL % size.groups));
    if (i % 1000 == 0) s.groups.tier[i] = i % 3000 == 0 ? Tier::tier0 : Tier::tier1;
  }
  s.groups_of_account = memberships(size, random);
  s.groups_of_group = nestings(size, random);
  return s;
}

/// Tier and distance of every account as one number.
std::uint64_t mixed(std::uint64_t sum, Tier tier, std::uint32_t distance) {
  return sum * 31 + static_cast<std::uint64_t>(tier) * 100 + distance;
}

std::uint64_t ours_reach(const Snapshot& s) {
  const access::Access access = access::effective_access(s);
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < s.accounts.size(); ++i) {
    const access::Reach& reach = access.reach(AccountId(i));
    sum = mixed(sum, reach.tier, reach.distance);
  }
  return sum;
}

std::vector<std::uint32_t> distances(const Snapshot& s, const std::vector<std::uint64_t>& begin,
                                     const std::vector<std::uint32_t>& members, Tier tier) {
  std::vector<std::uint32_t> distance(s.groups.size(), kUnreached), queue;
  for (std::uint32_t g = 0; g < s.groups.size(); ++g) {
    if (s.groups.tier[g] == tier) distance[g] = 0, queue.push_back(g);
  }
  for (std::size_t next = 0; next < queue.size(); ++next) {
    for (std::uint64_t e = begin[queue[next]]; e < begin[queue[next] + 1]; ++e) {
      if (distance[members[e]] != kUnreached) continue;
      distance[members[e]] = distance[queue[next]] + 1;
      queue.push_back(members[e]);
    }
  }
  return distance;
}

std::uint64_t by_hand_reach(const Snapshot& s) {
  std::vector<std::uint64_t> begin(s.groups.size() + 1, 0);
  for (const GroupId parent : s.groups_of_group.targets) ++begin[parent.index() + 1];
  for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
  std::vector<std::uint32_t> members(s.groups_of_group.targets.size());
  std::vector<std::uint64_t> fill(begin);
  for (std::uint32_t g = 0; g < s.groups.size(); ++g) {
    for (const GroupId parent : s.groups_of_group.row(g)) members[fill[parent.index()]++] = g;
  }
  const auto zero = distances(s, begin, members, Tier::tier0), one = distances(s, begin, members, Tier::tier1);
  struct Result {
    Tier tier;
    std::uint32_t distance;
  };
  std::vector<Result> results(s.accounts.size());
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < s.accounts.size(); ++i) {
    std::uint32_t nearest[2] = {kUnreached, kUnreached};
    for (const GroupId group : s.groups_of_account.row(i)) {
      nearest[0] = std::min(nearest[0], zero[group.index()]);
      nearest[1] = std::min(nearest[1], one[group.index()]);
    }
    results[i] = nearest[0] != kUnreached   ? Result{Tier::tier0, nearest[0] + 1}
                 : nearest[1] != kUnreached ? Result{Tier::tier1, nearest[1] + 1}
                                            : Result{Tier::none, 0};
    sum = mixed(sum, results[i].tier, results[i].distance);
  }
  return sum;
}

std::uint64_t ours_groups(const Snapshot& s, const access::GroupGraph& graph) {
  std::uint64_t sum = 0;
  access::for_each_account(s, graph, [&](AccountId account, auto groups) {
    std::uint64_t own = 0;
    for (const access::EffectiveGroup& in : groups) own += (in.group.index() + 1ULL) * (in.direct ? 3 : 1);
    sum = sum * 31 + own + account.index();
  });
  return sum;
}

std::uint64_t by_hand_groups(const Snapshot& s) {
  std::vector<std::uint32_t> mark(s.groups.size(), 0), found;
  std::uint64_t sum = 0;
  for (std::uint32_t account = 0; account < s.accounts.size(); ++account) {
    found.clear();
    for (const GroupId group : s.groups_of_account.row(account)) {
      mark[group.index()] = account + 1;
      found.push_back(group.index() * 2 + 1);
    }
    for (std::size_t next = 0; next < found.size(); ++next) {
      for (const GroupId above : s.groups_of_group.row(found[next] / 2)) {
        if (mark[above.index()] == account + 1) continue;
        mark[above.index()] = account + 1;
        found.push_back(above.index() * 2);
      }
    }
    std::sort(found.begin(), found.end());
    std::uint64_t own = 0;
    for (const std::uint32_t one : found) own += (one / 2 + 1ULL) * (one % 2 == 1 ? 3 : 1);
    sum = sum * 31 + own + account;
  }
  return sum;
}

void run(const Size& size) {
  const Snapshot s = company(size);
  const auto edges = static_cast<double>(s.groups_of_account.targets.size() + s.groups_of_group.targets.size());
  const access::GroupGraph graph(s);
  std::uint64_t effective = 0, circles = 0;
  access::for_each_account(s, graph, [&](AccountId, auto groups) { effective += groups.size(); });
  for (std::uint32_t g = 0; g < s.groups.size(); ++g) circles += graph.in_circle(GroupId(g)) ? 1 : 0;
  std::printf("%u users, %u groups (%llu in circles), %.0f memberships, %llu effective ones; %d rounds, medians\n\n",
              size.users, size.groups, static_cast<unsigned long long>(circles), edges,
              static_cast<unsigned long long>(effective), kRounds);
  print_head("an edge");
  print_row("tier, distance and doubt of every user",
            measure(
                kRounds, [&] { return ours_reach(s); }, [&] { return by_hand_reach(s); }),
            edges);
  print_row("all effective groups of every user, in order",
            measure(
                kRounds, [&] { return ours_groups(s, graph); }, [&] { return by_hand_groups(s); }),
            edges);
}

}  // namespace
}  // namespace tally::bench

int main(int argc, char** argv) {
  tally::bench::Size size;
  if (argc > 1) size.users = static_cast<std::uint32_t>(std::strtoul(argv[1], nullptr, 10));
  if (argc > 2) size.groups = static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 10));
  if (argc > 3) size.memberships = std::strtoull(argv[3], nullptr, 10);
  if (size.users == 0 || size.groups == 0) return 2;
  tally::bench::run(size);
  return 0;
}
