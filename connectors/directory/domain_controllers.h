// All domain controllers of a domain: which there are, when they last heard of each other, and lastLogon of each that
// may be asked.
//
//   DomainControllers controllers(options, harvest, patience);
//   controllers.look(session);                                   // the one that was read
//   controllers.ask_others(session, account_filter, [&](const std::string& uri) { return open(uri); });
//
// Which there are, the configuration partition tells (nTDSDSA objects, MS-ADTS 6.1.1.2.2.1.2.1.1); which one answers,
// its root DSE (dsServiceName). So two addresses of one domain controller count once, and one that nobody asked is
// named. One that is there no more took its lastLogon with it: replUpToDateVector keeps when it was last heard of.
//
// Into the notes: "domain-controllers: …" and, one each, "domain-controller-not-asked: …", "…-not-read: …". The
// coverage becomes doubtful when the one that was read has not heard of another for longer than kMaxReplicaLag: what
// was changed there since is not seen. Otherwise nothing here lowers it; sign-ins stay as imprecise as they were.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "connectors/directory/paged_search.h"
#include "connectors/directory/up_to_dateness.h"
#include "policy/model/snapshot.h"

namespace tally::directory {

/// Replication between sites is every three hours by default, and once a week at the least (siteLink's replInterval,
/// MS-ADTS 6.1.1.2.2.3.1); a day without any is trouble nearly everywhere.
inline constexpr std::chrono::hours kMaxReplicaLag{24};
/// A domain controller that is gone may have let people sign in for so long after it was last heard of.
inline constexpr std::chrono::hours kAfterLastHeard{24};

/// An nTDSDSA object.
struct ListedController {
  std::string dn;          ///< "CN=NTDS Settings,CN=DC2,CN=Servers,…"
  std::string invocation;  ///< guid_text() of its invocationId; "" when not shown
};

/// "DC2" of "CN=NTDS Settings,CN=DC2,CN=Servers,…"; the whole name when it is of another form.
std::string server_name(const std::string& dn);

/// What one domain controller tells of the others.
struct ControllerView {
  std::string uri;
  std::string service;  ///< dsServiceName: the name of its nTDSDSA object
  std::optional<std::vector<Cursor>> cursors;
  bool whole = false;  ///< all accounts' lastLogon came
};

/// After when nobody can have signed in at a domain controller that is there no more. Nothing when not all that are
/// listed gave everything, or one does not tell of whom it has heard.
std::optional<base::Instant> quiet_since(const std::vector<ListedController>& listed,
                                         const std::vector<ControllerView>& views);
/// Of whom the one with `view` has not heard for kMaxReplicaLag: "DC2 since 2026-01-01T00:00:00Z", each.
std::vector<std::string> not_heard_of(const std::vector<ListedController>& listed, const ControllerView& view,
                                      base::Instant now);

class DomainControllers {
 public:
  using Open = std::function<base::Result<Session>(const std::string& uri)>;

  DomainControllers(const LdapOptions& options, model::Harvest& harvest, const Patience& patience)
      : options_(options), harvest_(harvest), patience_(patience) {}

  void look(Session& session);
  /// Asks all of options.domain_controllers and raises Accounts::last_sign_in. Nothing when there are none.
  void ask_others(Session& session, const std::string& account_filter, const Open& open);

 private:
  [[nodiscard]] ControllerView view_of(Session& session, const std::string& uri);
  void list(Session& session);
  [[nodiscard]] bool belongs_here(const Entry& entry) const;
  [[nodiscard]] bool asked_before(const ControllerView& view) const;
  void note(std::string text) { harvest_.source.notes.push_back(std::move(text)); }
  void note_what_was_asked(bool exact);

  const LdapOptions& options_;
  model::Harvest& harvest_;
  const Patience& patience_;
  std::string domain_;         ///< the one domain of all bases, or ""
  bool listed_whole_ = false;  ///< the list came to its end
  std::vector<ListedController> listed_;
  std::vector<ControllerView> views_;  ///< the one that was read first
};

}  // namespace tally::directory
