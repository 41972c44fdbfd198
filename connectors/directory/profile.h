// Profile: how one kind of directory is asked and understood. Pure: it turns entries into columns, from LDAP and LDIF
// alike.
//
//   auto profile = Profile::create(options, collected_at);       // checks the filters of the configuration
//   search(base, subtree, (*profile)->query());                  // one search a base: accounts, groups and policies
//   read(base, (*profile)->base_query());                        // the base entry itself: policy of the whole domain
//   (*profile)->decode(entry, builder);                          // for each entry of both
//   read ranges: builder.open_ranges(), builder.add_range(…)
//   (*profile)->finish(builder);                                 // what only the whole directory can tell
//   builder.finish();
//   (*profile)->settle(harvest);
//
// What a fact means, and when it is unknown, stands beside the decoder of the dialect: active_directory.h, openldap.h,
// ds389.h, generic.h; what the last three have in common is in standard_profile.h.
// Evidence (`basis`) of a time is the attribute's name; its value is the fact itself. Not a session: it sends nothing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "connectors/directory/entry.h"
#include "connectors/directory/options.h"
#include "connectors/directory/table_builder.h"
#include "connectors/directory/unshown.h"
#include "policy/base/result.h"
#include "policy/base/time.h"

namespace tally::directory {

struct Inquiry;

/// "openldap", "active-directory", "389ds", "generic": the `type` of the settings, the profile of rules and the end of
/// SourceRecord::connector.
std::string_view to_string(Dialect dialect);

/// What to ask a server for.
struct Query {
  std::string filter;                   ///< RFC 4515
  std::vector<std::string> attributes;  ///< never empty; nothing else is ever read
};

/// What an entry turned out to be.
enum class Seen : std::uint8_t {
  account,
  group,
  policy,  ///< a domain or password policy: kept aside
  other,  ///< neither: nothing was added; from query(), over LDAP, that is worth a reject: the server sees it otherwise
  refused,  ///< a reject says why
};

/// One object a collection: it remembers what can only be decided at the end. Not for concurrent use.
class Profile {
 public:
  /// The profile of options.dialect. `collected_at`: facts are as of this moment (the export's time for LDIF); no
  /// sign-in can be later. Fails (malformed, unsupported) when a filter or a disabled_when of the options cannot be
  /// understood.
  static base::Result<std::unique_ptr<Profile>> create(const ProfileOptions& options, base::Instant collected_at);

  Profile(const Profile&) = delete;
  Profile& operator=(const Profile&) = delete;
  virtual ~Profile() = default;

  /// Everything needed below a base, in one subtree search: (|(accounts)(groups)(policies)).
  [[nodiscard]] const Query& query() const { return query_; }
  /// For a base-scope read of each base entry; the same decode() understands it.
  [[nodiscard]] const Query& base_query() const { return base_query_; }

  /// Which entries are accounts, and which are groups: the parts of query() (RFC 4515).
  [[nodiscard]] const std::string& account_filter() const { return account_filter_; }
  [[nodiscard]] const std::string& group_filter() const { return group_filter_; }
  /// Which entries are the dialect's policies, or empty: they are read with one person's accounts too.
  [[nodiscard]] const std::string& policy_filter() const { return policy_filter_; }

  /// From now on "not there" counts only where it is proven (absence.h): what is read is a server, not an export.
  /// Before the first decode(). Here: nothing is asked.
  virtual void expect_proof() {}
  /// Attributes of which "not there" is a fact ("not disabled", "no members") and which access rules may hide without a
  /// trace, as far as the entries that were decoded do not show them. The builder and the profile must outlive it.
  virtual std::vector<Absences> absences(TableBuilder& /*builder*/) { return {}; }
  /// By which groups are found by whom they hold, where access rules may hide them apart. Here: none.
  [[nodiscard]] virtual std::vector<std::string> member_attributes() const { return {}; }

  /// What only further questions can tell; after the last decode and before finish(), of a server that can be asked.
  /// Lines for SourceRecord::notes.
  virtual std::vector<std::string> inquire(const Inquiry& /*ask*/, TableBuilder& /*builder*/) { return {}; }
  /// What inquire() left open, beside absences(): "sIDHistory of 3 of 245 accounts". Here: nothing.
  [[nodiscard]] virtual std::vector<std::string> may_be_hidden() const { return {}; }

  /// Adds the entry's facts to the tables. Values that cannot be read become rejects, their facts unknown.
  virtual Seen decode(const Entry& entry, TableBuilder& builder) = 0;
  /// Once, after the last decode and before TableBuilder::finish().
  virtual void finish(TableBuilder& builder) = 0;
  /// Once, after TableBuilder::finish(): what only memberships can tell: when passwords expire. Here: not known.
  virtual void settle(model::Harvest& harvest);

 protected:
  Profile() = default;
  Query query_;
  Query base_query_;
  std::string account_filter_, group_filter_, policy_filter_;
};

}  // namespace tally::directory
