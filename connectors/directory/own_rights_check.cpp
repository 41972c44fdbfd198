#include "connectors/directory/own_rights_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "connectors/directory/aci_access.h"
#include "connectors/directory/effective_rights.h"

namespace tally::directory {
namespace {

using model::Truth;
using EntryQuestion = PowerReading::EntryQuestion;

MayWrite level_of(const Permission& ours) {
  if (ours.value != Truth::yes) return MayWrite::no;
  return ours.own_name_only ? MayWrite::own_name : MayWrite::yes;
}

/// What the server says; nothing: the answer does not tell.
std::optional<MayWrite> level_of(const EffectiveRights& server, const std::string& attribute) {
  const auto known = [](bool may) { return may ? MayWrite::yes : MayWrite::no; };
  if (attribute == AciAccess::kAddEntries) return known(server.may_add());
  if (attribute == AciAccess::kDeleteEntries) return known(server.may_delete());
  if (!server.tells(attribute)) return std::nullopt;
  return server.write(attribute);
}

class Check {
 public:
  Check(Session& session, const Requester& me, const OwnRules& rules, const Patience& patience)
      : session_(session), me_(me), rules_(rules), patience_(patience) {}

  OwnRightsCheck run(const std::vector<EntryQuestion>& questions) {
    for (const EntryQuestion* question : chosen(questions)) {
      if (!ask(*question)) break;
    }
    if (out_.entries > 0) out_.not_made.clear();
    if (differing_ > 0)
      out_.doubt = fmt::format(
          "our reading of access rules is not the server's own: its effective rights for our own account differ for {} "
          "of {} entries (such as: we may {}write {}, our reading says {})",
          differing_, out_.entries, more_ ? "" : "not ", attribute_, more_ ? "not" : "we may");
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool unsure(const EntryQuestion& question) const {
    return std::any_of(question.asked.begin(), question.asked.end(), [&](const Asked& asked) {
      return rules_.of(me_, question.target, asked.attribute).value == Truth::unknown;
    });
  }

  std::vector<const EntryQuestion*> chosen(const std::vector<EntryQuestion>& questions) {
    std::vector<const EntryQuestion*> out, sure;
    std::map<model::ControlledKind, std::size_t> of_a_kind;
    std::set<std::pair<model::ControlledKind, std::string_view>> seen;
    for (const EntryQuestion& one : questions) {
      if (one.target.dn == me_.dn || !seen.emplace(one.kind, one.target.dn).second) continue;
      if (unsure(one))
        out.push_back(&one);
      else if (++of_a_kind[one.kind] <= kMaxSureOfAKind)
        sure.push_back(&one);
    }
    out.insert(out.end(), sure.begin(), sure.end());
    out.resize(std::min(out.size(), kMaxChecked));
    return out;
  }

  /// False: nothing more can be asked.
  bool ask(const EntryQuestion& question) {
    std::vector<std::string> attributes{"objectClass"};
    for (const Asked& asked : question.asked) {
      if (!asked.attribute.starts_with('(')) attributes.push_back(asked.attribute);
    }
    const bool password = std::find(attributes.begin(), attributes.end(), "userPassword") != attributes.end();
    const auto server = effective_rights(session_, question.target.dn, attributes, me_.dn, patience_);
    if (!server) {
      if (out_.not_made.empty()) out_.not_made = server.error().message;
      const bool over = server.error().kind == base::ErrorKind::unavailable ||
                        server.error().kind == base::ErrorKind::unsupported ||
                        server.error().kind == base::ErrorKind::timed_out;
      return !over;
    }
    ++out_.entries;
    bool differs = false;
    for (const Asked& asked : question.asked) compare(question, asked, *server, differs);
    differing_ += differs ? 1 : 0;
    // Nobody needs the hash of a password to audit.
    if (password && server->may_read("userPassword"))
      out_.powers.push_back(
          fmt::format("may read userPassword of {} (effective rights, as the server tells them)", question.target.dn));
    return true;
  }

  void compare(const EntryQuestion& question, const Asked& asked, const EffectiveRights& server, bool& differs) {
    const Permission ours = rules_.of(me_, question.target, asked.attribute);
    const std::optional<MayWrite> theirs = level_of(server, asked.attribute);
    if (!theirs) return;
    if (*theirs > level_of(ours)) return more(question, asked, ours, *theirs, differs);
    // Conditions of the connection count as fulfilled in our reading, and this connection need not fulfil them.
    if (*theirs < level_of(ours) && !rules_.any_connection) differ(asked, false, differs);
  }

  void more(const EntryQuestion& question, const Asked& asked, const Permission& ours, MayWrite theirs, bool& differs) {
    const bool own = theirs == MayWrite::own_name;
    if (asked.right != 0 && (!own || asked.right == model::kAddMember)) {
      const std::string reading = ours.value == Truth::unknown ? "cannot tell: " + ours.why
                                  : rules_.groups_were_read
                                      ? "says not"
                                      : "says not, without the groups, which an audit reads and this does not";
      out_.powers.push_back(
          fmt::format("{} {} (the server says that we may write {} of it{}; our reading of its aci {})",
                      model::in_words(own ? model::kAddSelf : asked.right), question.target.dn, asked.attribute,
                      own ? ", our own name alone" : "", reading));
    }
    if (ours.value != Truth::unknown && rules_.groups_were_read) differ(asked, true, differs);
  }

  void differ(const Asked& asked, bool more, bool& differs) {
    if (attribute_.empty()) {
      attribute_ = asked.attribute;
      more_ = more;
    }
    differs = true;
  }

  Session& session_;
  const Requester& me_;
  const OwnRules& rules_;
  const Patience& patience_;
  OwnRightsCheck out_;
  std::size_t differing_ = 0;
  std::string attribute_;  ///< of the first difference
  bool more_ = false;      ///< there the server grants more than our reading says
};

}  // namespace

OwnRightsCheck check_own_rights(Session& session, const Requester& me, const std::vector<EntryQuestion>& questions,
                                const OwnRules& rules, const Patience& patience) {
  return Check(session, me, rules, patience).run(questions);
}

}  // namespace tally::directory
