#include "connectors/directory/control_queries.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "connectors/directory/certificate_controls.h"
#include "connectors/directory/control_reading.h"
#include "connectors/directory/person_queries.h"
#include "connectors/directory/read_check.h"
#include "connectors/directory/sid.h"
#include "connectors/directory/who_am_i.h"

namespace tally::directory {
namespace {

using model::ControlledKind;

constexpr const char* kDescriptor = "nTSecurityDescriptor";
constexpr const char* kNotRead =
    "access-control-elsewhere: the files of group policies in SYSVOL, the local groups of computers and the settings "
    "of certification authorities have access control of their own, which a directory does not show: not looked at";

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
      : session_(session), options_(options), harvest_(harvest), patience_(patience), digest_(digest), tree_(harvest) {}

  void run() {
    reader_ = ReadCheck(token_sids(session_, patience_));
    tree_.set_reader(reader_);
    for (const std::string& head : domain_heads(options_.profile.bases)) read_domain(head);
    read_configuration();
    ControlReading reading(
        harvest_, options_.profile.watched_groups, tree_,
        {[this](const std::vector<std::string>& sids, const EachEntry& each) { return ask(sids, each); },
         [this](const std::vector<std::string>& dns, const EachEntry& each) { return ask_by_dn(dns, each); }});
    reading.run();
    std::string& why = harvest_.source.controls_unread;
    if (why.empty()) why = trouble_;
    harvest_.source.notes.push_back(fmt::format("access-control-lists: {} read, {} rights that matter", count_read(),
                                                harvest_.controls.size() - count_read()));
    harvest_.source.notes.push_back("access-control-lists-above: " + tree_.in_words());
    harvest_.source.notes.emplace_back(kNotRead);
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

  void trouble(std::string what) {
    if (trouble_.empty()) trouble_ = std::move(what);
  }
  void note_gaps(const SearchOutcome& found) {
    for (const model::Gap& gap : found.gaps) trouble("reading access control lists: " + gap.sentence);
    if (!found.rejects.empty())
      trouble("an access control list is too long to be read: " + found.rejects.front().reason);
  }

  void read_domain(const std::string& head) {
    read_one(head, ControlledKind::domain, ControlledClass::domain, "the head of a domain");
    read_one("CN=AdminSDHolder,CN=System," + head, ControlledKind::admin_sd_holder, ControlledClass::admin_sd_holder,
             "AdminSDHolder");
  }

  void read_one(const std::string& dn, ControlledKind kind, ControlledClass of, std::string_view what) {
    bool seen = false;
    find(dn, Scope::base, "(objectClass=*)", ControlTree::attributes(), [&](const Entry& entry) {
      const auto descriptor = entry.first(kDescriptor);
      if (!descriptor) return;
      seen = true;
      add_controls(harvest_, {kind, {}, {}}, of, entry.dn(), *descriptor);
      if (kind == ControlledKind::domain) tree_.head(entry);
    });
    if (!seen) trouble(fmt::format("{} of {} was not delivered", kDescriptor, what));
  }

  /// Where the configuration of the forest lies the root DSE says.
  void read_configuration() {
    std::string configuration;
    read_entry(session_, "", {"configurationNamingContext"}, patience_,
               [&](const Entry& entry) { configuration = entry.first("configurationNamingContext").value_or(""); });
    if (configuration.empty()) return trouble("the root DSE does not say where the configuration of the forest lies");
    read_sites(configuration);
    read_certificates(configuration);
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
      note_gaps(found);
      if (found.connection_lost()) return false;
    }
    return true;
  }

  /// Group policies that are linked to a site reach domain controllers. A forest has one site at least.
  void read_sites(const std::string& configuration) {
    std::size_t seen = 0;
    note_gaps(find("CN=Sites," + configuration, Scope::subtree, "(objectClass=site)", ControlTree::attributes(),
                   [&](const Entry& entry) {
                     ++seen;
                     tree_.site(entry);
                   }));
    if (seen == 0) trouble("no site of the forest was delivered");
  }

  /// Who may get certificates in anybody's name.
  void read_certificates(const std::string& configuration) {
    CertificateControls certificates(harvest_, tree_, reader_);
    const std::string base = "CN=Public Key Services,CN=Services," + configuration;
    const auto ask = [&](const char* filter, void (CertificateControls::*take)(const Entry&)) {
      const SearchOutcome found = find(base, Scope::subtree, filter, CertificateControls::attributes(),
                                       [&](const Entry& entry) { (certificates.*take)(entry); });
      if (!found.base_missing()) note_gaps(found);
    };
    ask(CertificateControls::kAuthorityFilter, &CertificateControls::authority);
    ask(CertificateControls::kTemplateFilter, &CertificateControls::certificate_template);
    if (const std::string why = certificates.unread(); !why.empty()) trouble(why);
    harvest_.source.notes.push_back("certificates: " + certificates.in_words());
  }

  /// One search in each naming context. What is not delivered is counted by who asks.
  bool ask_by_dn(const std::vector<std::string>& dns, const EachEntry& each) {
    std::map<std::string, std::string, std::less<>> filters;
    for (const std::string& dn : dns)
      filters[std::string(naming_context(dn))] += "(distinguishedName=" + escaped_value(dn) + ")";
    for (const auto& [context, any] : filters) {
      const SearchOutcome found = find(context, Scope::subtree, "(|" + any + ")", ControlTree::attributes(), each);
      if (!found.base_missing()) note_gaps(found);
      if (found.connection_lost()) return false;
    }
    return true;
  }

  Session& session_;
  const LdapOptions& options_;
  model::Harvest& harvest_;
  const Patience& patience_;
  base::Sha256& digest_;
  ControlTree tree_;
  ReadCheck reader_;
  std::string trouble_;  ///< the first
};

}  // namespace

void read_controls(Session& session, const LdapOptions& options, model::Harvest& harvest, const Patience& patience,
                   base::Sha256& digest) {
  Queries(session, options, harvest, patience, digest).run();
}

}  // namespace tally::directory
