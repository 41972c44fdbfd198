#include "connectors/directory/deleted_objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "connectors/directory/change_metadata.h"
#include "connectors/directory/control_rows.h"
#include "connectors/directory/fields.h"

namespace tally::directory {
namespace {

using base::Bounds;
using model::TimeFact;
using model::TimeState;

/// GUID_DELETED_OBJECTS_CONTAINER_W (MS-ADTS 6.1.1.4.2), in a DN of the form <WKGUID=…,…> (3.1.1.3.1.2.4).
constexpr std::string_view kContainer = "18E2EA80684F11D2B9AA00C04F79F805";

ProfileOptions for_deleted(ProfileOptions options) {
  // What a site's own filters ask for may be gone with the object.
  options.account_filter.clear();
  options.group_filter.clear();
  return options;
}

TimeFact time_of_deletion(Fields& fields, const TimeFact& created) {
  base::TextPool& text = fields.builder().text();
  const auto written = fields.entry().first("replPropertyMetaData");
  const auto metadata = written ? PropertyMetadata::read(*written) : std::nullopt;
  if (const auto change = metadata ? metadata->find(kIsDeletedId) : std::nullopt) {
    return TimeFact::known(Bounds::exactly(change->at), text.intern("replPropertyMetaData of isDeleted"));
  }
  const TimeFact changed = fields.time("whenChanged");
  if (changed.state != TimeState::known) return changed;
  const base::Instant made = created.state == TimeState::known ? created.bounds.earliest : base::kBeginningOfTime;
  return TimeFact::known({std::min(made, changed.bounds.latest), changed.bounds.latest},
                         text.intern("whenChanged of a deleted object"));
}

class Container {
 public:
  Container(Session& session, const Patience& patience) : session_(session), patience_(patience) {}

  /// Its DN; nothing, and why() says more, when it is not shown.
  std::optional<std::string> find(const std::string& head) {
    Search what = asking(fmt::format("<WKGUID={},{}>", kContainer, head), Scope::base);
    what.query = {"(objectClass=*)", {"isDeleted", "objectClass"}};
    std::optional<std::string> dn;
    // Its name alone is shown to whoever may list its parent; what it holds and is, to whom it lets list and read it.
    const SearchOutcome seen = search(session_, what, patience_, [&](const Entry& entry) {
      if (entry.has("isDeleted") || entry.has("objectClass")) dn = entry.dn();
    });
    if (dn) return dn;
    why_ = seen.gaps.empty() || seen.base_missing()
               ? fmt::format("the container of deleted objects of {} is not shown to this account", head)
               : fmt::format("the container of deleted objects of {}: {}", head, seen.gaps.front().sentence);
    return dn;
  }

  /// Something of any kind is shown in it.
  bool shows_anything(const std::string& dn) {
    Search what = asking(dn, Scope::one_level);
    what.query = {"(isDeleted=TRUE)", {"1.1"}};
    what.size_limit = 1;
    return search(session_, what, patience_, [](const Entry&) {}).entries > 0;
  }

  static Search asking(std::string base, Scope scope) {
    Search what;
    what.base = std::move(base);
    what.scope = scope;
    what.deleted = true;
    return what;
  }
  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  Session& session_;
  const Patience& patience_;
  std::string why_;
};

}  // namespace

DeletedObjects::DeletedObjects(const ProfileOptions& options, base::Instant collected_at)
    : options_(for_deleted(options)),
      collected_at_(collected_at),
      builder_(options_, kept_),
      profile_(std::move(*Profile::create(options_, collected_at))) {
  kept_.source.coverage.state = model::CoverageState::complete;
}

Query DeletedObjects::query() const {
  Query out{
      "(&(isDeleted=TRUE)(objectClass=user)(!(objectClass=computer)))",
      {"objectClass", "objectGUID", "objectSid", "sAMAccountName", "userPrincipalName", "mail", "userAccountControl",
       "accountExpires", "lastLogonTimestamp", "whenCreated", "whenChanged", "replPropertyMetaData"}};
  for (const std::string& name : {options_.employee_number_attribute, options_.login_attribute}) {
    if (!name.empty()) out.attributes.push_back(name);
  }
  return out;
}

void DeletedObjects::take(const Entry& entry) {
  if (profile_->decode(entry, builder_) != Seen::account) return;
  Fields fields(entry, builder_);
  const TimeFact& created = kept_.accounts.created.back();
  TimeFact deleted = time_of_deletion(fields, created);
  // A clock of the directory that is ahead of ours does not delete anybody in the future.
  deleted.bounds = {std::min(deleted.bounds.earliest, collected_at_), std::min(deleted.bounds.latest, collected_at_)};
  deleted_.push_back(deleted);
}

void DeletedObjects::tell(model::Harvest& harvest) const {
  const auto moved = [&](base::TextId id) { return harvest.text.add(kept_.text.view(id)); };
  const auto shared = [&](auto fact) {
    fact.basis = harvest.text.intern(kept_.text.view(fact.basis));
    return fact;
  };
  const model::Accounts& from = kept_.accounts;
  model::DeletedAccounts& to = harvest.deleted;
  for (std::size_t i = 0; i < deleted_.size(); ++i) {
    const std::size_t row = to.add(model::SourceId(0)).index();
    to.dn[row] = moved(from.dn[i]);
    to.native_id[row] = moved(from.native_id[i]);
    to.sid[row] = moved(from.sid[i]);
    to.login[row] = moved(from.login[i]);
    to.principal[row] = moved(from.principal[i]);
    to.mail[row] = moved(from.mail[i]);
    to.employee_number[row] = moved(from.employee_number[i]);
    to.kind[row] = from.kind[i];
    to.enabled[row] = shared(from.enabled[i]);
    to.switched[row] = shared(from.switched[i]);
    to.expires[row] = shared(from.expires[i]);
    to.last_sign_in[row] = shared(from.last_sign_in[i]);
    to.created[row] = shared(from.created[i]);
    to.deleted[row] = shared(deleted_[i]);
  }
}

std::vector<std::string> read_deleted_objects(Session& session, const LdapOptions& options, model::Harvest& harvest,
                                              const Patience& patience) {
  std::vector<std::string> notes;
  const auto note = [&notes](const std::string& text) { notes.push_back("deleted objects: " + text); };
  Container container(session, patience);
  for (const std::string& head : domain_heads(options.profile.bases)) {
    const auto dn = container.find(head);
    if (!dn) {
      note(fmt::format("cannot tell who was deleted: {}", container.why()));
      continue;
    }
    DeletedObjects found(options.profile, harvest.source.started);
    Search what = Container::asking(*dn, Scope::one_level);
    what.query = found.query();
    what.page_size = options.page_size;
    what.max_entries = kMaxDeletedObjects;
    const SearchOutcome outcome = search(session, what, patience, [&](const Entry& entry) { found.take(entry); });
    found.tell(harvest);
    note(fmt::format("{} accounts of {}", found.size(), head));
    for (const model::Gap& gap : outcome.gaps)
      note(fmt::format("cannot tell who else was deleted from {}: {}", head, gap.sentence));
    if (outcome.entries == 0 && outcome.gaps.empty() && !container.shows_anything(*dn)) {
      note(fmt::format("the container of {} shows nothing: nothing was deleted lately, or this account may not list it",
                       head));
    }
  }
  return notes;
}

std::string deleted_objects_hidden(Session& session, const std::string& head, const Patience& patience) {
  Container container(session, patience);
  container.find(head);
  return container.why();
}

}  // namespace tally::directory
