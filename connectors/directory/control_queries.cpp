#include "connectors/directory/control_queries.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/directory/control_reading.h"
#include "connectors/directory/sid.h"

namespace tally::directory {
namespace {

using model::ControlledKind;

constexpr const char* kDescriptor = "nTSecurityDescriptor";

/// A SID in a filter (RFC 4515): every byte escaped.
std::string escaped(const std::string& sid) {
  std::string out;
  for (const char byte : sid_bytes(sid))
    fmt::format_to(std::back_inserter(out), "\\{:02x}", static_cast<unsigned char>(byte));
  return out;
}

class Queries {
 public:
  Queries(Session& session, const LdapOptions& options, model::Harvest& harvest, const Patience& patience,
          base::Sha256& digest)
      : session_(session), options_(options), harvest_(harvest), patience_(patience), digest_(digest) {}

  void run() {
    for (const std::string& head : domain_heads(options_.profile.bases)) read_domain(head);
    read_heuristics();
    ControlReading reading(
        harvest_, options_.profile.watched_groups,
        [this](const std::vector<std::string>& sids, const EachEntry& each) { return ask(sids, each); });
    reading.run();
    std::string& why = harvest_.source.controls_unread;
    if (why.empty()) why = trouble_;
    harvest_.source.notes.push_back(fmt::format("access-control-lists: {} read, {} rights that matter", count_read(),
                                                harvest_.controls.size() - count_read()));
  }

 private:
  /// The rows that say that a list was read.
  [[nodiscard]] std::size_t count_read() const {
    const auto& holders = harvest_.controls.holder;
    return static_cast<std::size_t>(std::count_if(
        holders.begin(), holders.end(), [&](base::TextId holder) { return harvest_.text.view(holder).empty(); }));
  }

  SearchOutcome find(const std::string& base, Scope scope, std::string filter, std::vector<std::string> attributes,
                     const EachEntry& each) {
    Search what;
    what.base = base;
    what.scope = scope;
    what.query = {std::move(filter), std::move(attributes)};
    what.descriptors = true;
    what.digest = &digest_;
    if (scope == Scope::subtree) what.page_size = options_.page_size;
    return search(session_, what, patience_, each);
  }

  void read_domain(const std::string& head) {
    read_one(head, ControlledKind::domain, ControlledClass::domain, "the head of a domain");
    read_one("CN=AdminSDHolder,CN=System," + head, ControlledKind::admin_sd_holder, ControlledClass::admin_sd_holder,
             "AdminSDHolder");
  }

  void read_one(const std::string& dn, ControlledKind kind, ControlledClass of, std::string_view what) {
    bool seen = false;
    find(dn, Scope::base, "(objectClass=*)", {kDescriptor}, [&](const Entry& entry) {
      const auto descriptor = entry.first(kDescriptor);
      if (!descriptor) return;
      seen = true;
      add_controls(harvest_, {kind, {}, {}}, of, entry.dn(), *descriptor);
    });
    if (!seen && trouble_.empty()) trouble_ = fmt::format("{} of {} was not delivered", kDescriptor, what);
  }

  /// Where the configuration of the forest lies the root DSE says.
  void read_heuristics() {
    std::string configuration;
    read_entry(session_, "", {"configurationNamingContext"}, patience_,
               [&](const Entry& entry) { configuration = entry.first("configurationNamingContext").value_or(""); });
    if (configuration.empty()) return;
    read_entry(session_, "CN=Directory Service,CN=Windows NT,CN=Services," + configuration,
               {"objectClass", "dSHeuristics"}, patience_, [&](const Entry& entry) {
                 if (entry.has("objectClass")) harvest_.source.ds_heuristics = entry.first("dSHeuristics").value_or("");
               });
  }

  bool ask(const std::vector<std::string>& sids, const EachEntry& each) {
    std::string filter = "(|";
    for (const std::string& sid : sids) filter += "(objectSid=" + escaped(sid) + ")";
    filter += ")";
    for (const std::string& base : options_.profile.bases) {
      const SearchOutcome found = find(base, Scope::subtree, filter,
                                       {"objectClass", "objectSid", kDescriptor, "msDS-GroupMSAMembership"}, each);
      for (const model::Gap& gap : found.gaps) {
        if (trouble_.empty()) trouble_ = "reading access control lists: " + gap.sentence;
      }
      if (!found.rejects.empty() && trouble_.empty())
        trouble_ = "an access control list is too long to be read: " + found.rejects.front().reason;
      if (found.connection_lost()) return false;
    }
    return true;
  }

  Session& session_;
  const LdapOptions& options_;
  model::Harvest& harvest_;
  const Patience& patience_;
  base::Sha256& digest_;
  std::string trouble_;  ///< the first
};

}  // namespace

void read_controls(Session& session, const LdapOptions& options, model::Harvest& harvest, const Patience& patience,
                   base::Sha256& digest) {
  Queries(session, options, harvest, patience, digest).run();
}

}  // namespace tally::directory
