#include "connectors/directory/paged_search.h"

#include <fmt/format.h>
#include <ldap.h>

#include <memory>
#include <utility>

#include "connectors/directory/page_progress.h"
#include "connectors/directory/search_answer.h"
#include "connectors/directory/search_entry.h"

namespace tally::directory {
namespace {

struct FreeMessage {
  void operator()(LDAPMessage* message) const { ldap_msgfree(message); }
};
using Message = std::unique_ptr<LDAPMessage, FreeMessage>;

int libldap_scope(Scope scope) {
  switch (scope) {
    case Scope::base: return LDAP_SCOPE_BASE;
    case Scope::one_level: return LDAP_SCOPE_ONELEVEL;
    case Scope::subtree: return LDAP_SCOPE_SUBTREE;
  }
  return LDAP_SCOPE_BASE;
}

/// LDAP_SERVER_SD_FLAGS_OID (MS-ADTS 3.1.1.3.4.1.11) for OWNER, GROUP and DACL: SEQUENCE { INTEGER 7 }. Not critical: a
/// server that does not know it sends what it would without.
LDAPControl sd_flags() {
  static char oid[] = "1.2.840.113556.1.4.801";
  static char value[] = {0x30, 0x03, 0x02, 0x01, 0x07};
  return {oid, {sizeof value, value}, 0};
}

/// LDAP_SERVER_SHOW_DELETED_OID (MS-ADTS 3.1.1.3.4.1.14), critical: who does not know it must not say "there are none".
LDAPControl show_deleted() {
  static char oid[] = "1.2.840.113556.1.4.417";
  return {oid, {0, nullptr}, 1};
}

/// LDAP_SERVER_SHOW_RECYCLED_OID (MS-ADTS 3.1.1.3.4.1.26): those whose attributes are gone too, since Windows 2008 R2.
LDAPControl show_recycled() {
  static char oid[] = "1.2.840.113556.1.4.2064";
  return {oid, {0, nullptr}, 0};
}

/// Get Effective Rights of 389 Directory Server, critical: who does not know it must not answer without it. The value
/// is the authzId as it stands.
LDAPControl effective_rights_control(const std::string& of) {
  static char oid[] = "1.3.6.1.4.1.42.2.27.9.5.2";
  return {oid, {of.size(), const_cast<char*>(of.data())}, 1};
}

/// One run of pages with one page size.
class Run {
 public:
  Run(Session& session, const Search& what, std::uint32_t page_size, const Patience& patience, const EachEntry& each)
      : session_(session), what_(what), page_size_(page_size), patience_(patience), each_(each) {
    for (const std::string& name : what.query.attributes) attributes_.push_back(const_cast<char*>(name.c_str()));
    attributes_.push_back(nullptr);
  }

  SearchOutcome go();

 private:
  /// Sends the request for the page after `cookie_`; false: not sent, and why is in the outcome.
  bool ask();
  /// Receives until the answer is complete; entries wait in page_ while there is room for a page.
  void receive();
  void keep(Message message);
  void decode(LDAPMessage* message);
  void decode_page();
  void take_answer(LDAPMessage* message);
  void stop_at_our_limit();
  void not_an_answer(int type);
  void connection_failed(int code, bool late);
  [[nodiscard]] bool wants_more() const { return page_size_ > 0 && !cookie_.empty() && out_.gaps.empty(); }

  Session& session_;
  const Search& what_;
  std::uint32_t page_size_;
  const Patience& patience_;
  const EachEntry& each_;
  std::vector<char*> attributes_;

  int message_id_ = -1;
  std::string cookie_;
  std::vector<Message> page_;
  std::uint64_t decoded_at_ = 0;  ///< bytes received when page_ was last empty
  std::uint64_t received_ = 0;
  std::string first_;  ///< name of the first entry of this page
  PageProgress progress_;
  Entry entry_;
  SearchOutcome out_;
};

bool Run::ask() {
  LDAPControl* page = nullptr;
  if (page_size_ > 0) {
    berval cookie{cookie_.size(), cookie_.data()};
    // Not critical: a server without pages answers anyway, and what it then cuts it says.
    ldap_create_page_control(session_.handle(), static_cast<ber_int_t>(page_size_), &cookie, 0, &page);
  }
  LDAPControl flags = sd_flags(), deleted = show_deleted(), recycled = show_recycled();
  LDAPControl rights = effective_rights_control(what_.effective_rights_of);
  std::vector<LDAPControl*> controls;
  if (page != nullptr) controls.push_back(page);
  if (what_.descriptors) controls.push_back(&flags);
  if (!what_.effective_rights_of.empty()) controls.push_back(&rights);
  if (what_.deleted) controls.insert(controls.end(), {&deleted, &recycled});
  controls.push_back(nullptr);
  session_.guard(patience_.next());
  const int code =
      ldap_search_ext(session_.handle(), what_.base.c_str(), libldap_scope(what_.scope), what_.query.filter.c_str(),
                      attributes_.data(), what_.types_only ? 1 : 0, controls[0] == nullptr ? nullptr : controls.data(),
                      nullptr, nullptr, static_cast<int>(what_.size_limit), &message_id_);
  if (page != nullptr) ldap_control_free(page);
  if (code != LDAP_SUCCESS) connection_failed(code, session_.release());
  return code == LDAP_SUCCESS;
}

void Run::receive() {
  for (;;) {
    LDAPMessage* raw = nullptr;
    const int type = ldap_result(session_.handle(), message_id_, LDAP_MSG_ONE, nullptr, &raw);
    Message message(raw);
    if (type <= 0) {
      int code = LDAP_SERVER_DOWN;
      ldap_get_option(session_.handle(), LDAP_OPT_RESULT_CODE, &code);
      return connection_failed(code, session_.release());
    }
    if (type == LDAP_RES_SEARCH_RESULT) {
      session_.release();
      return take_answer(message.get());
    }
    if (type == LDAP_RES_INTERMEDIATE) continue;  // nothing that we asked for is answered by one (RFC 4511 §4.13)
    if (type != LDAP_RES_SEARCH_ENTRY && type != LDAP_RES_SEARCH_REFERENCE) return not_an_answer(type);
    keep(std::move(message));
    if (received_ > what_.max_entries) return stop_at_our_limit();
  }
}

void Run::stop_at_our_limit() {
  session_.release();
  ldap_abandon_ext(session_.handle(), message_id_, nullptr, nullptr);
  out_.gaps.push_back({model::Gap::Kind::size_limit,
                       fmt::format("stopped after our own limit of {} entries (entries_at_most)", what_.max_entries)});
}

void Run::not_an_answer(int type) {
  session_.release();
  session_.lose();
  out_.code = LDAP_DECODING_ERROR;
  out_.gaps.push_back({model::Gap::Kind::unreachable,
                       fmt::format("reading, after {} entries: the server's answer (0x{:x}) is none to a search "
                                   "(RFC 4511 §4.5.2)",
                                   received_, type)});
}

void Run::keep(Message message) {
  if (ldap_msgtype(message.get()) == LDAP_RES_SEARCH_ENTRY && ++received_ && first_.empty()) {
    first_ = name_of(session_.handle(), message.get());
  }
  page_.push_back(std::move(message));
  // A server that ignores pages must not make us hold its whole tree, nor one of big entries a page of them.
  const bool many = page_.size() > std::max<std::size_t>(page_size_, 1000);
  if (many || session_.received() - decoded_at_ > what_.bytes_in_flight) decode_page();
}

void Run::decode(LDAPMessage* message) {
  if (ldap_msgtype(message) == LDAP_RES_SEARCH_REFERENCE) {
    add_reference(session_.handle(), message, out_);
  } else if (ldap_msgtype(message) == LDAP_RES_SEARCH_ENTRY) {
    if (read_search_entry(session_.handle(), message, what_.digest, entry_, out_)) {
      ++out_.entries;
      each_(entry_);
    }
  }
}

void Run::decode_page() {
  std::unique_lock<std::mutex> alone;
  if (what_.one_at_a_time != nullptr && !page_.empty()) alone = std::unique_lock(*what_.one_at_a_time);
  for (const Message& message : page_) decode(message.get());
  page_.clear();
  decoded_at_ = session_.received();
}

void Run::take_answer(LDAPMessage* message) {
  ++out_.pages;
  const SearchAnswer answer = parse_answer(session_.handle(), message);
  out_.code = answer.code;
  if (page_size_ > 0 && !answer.paged) {
    if (out_.pages > 1 && answer.code == LDAP_SUCCESS) {
      out_.gaps.push_back({model::Gap::Kind::truncated,
                           fmt::format("the server stopped answering the request for pages at page {}: whether more "
                                       "entries follow is not known",
                                       out_.pages)});
    }
    page_size_ = 0;
  }
  for (const std::string& url : answer.referrals) add_referral(url, out_);
  if (auto gap = gap_of(answer, received_); gap) out_.gaps.push_back(*std::move(gap));
  cookie_ = answer.cookie;
  if (wants_more()) {
    if (auto gap = progress_.take(first_, cookie_); gap) out_.gaps.push_back(*std::move(gap));
  }
  first_.clear();
}

void Run::connection_failed(int code, bool late) {
  session_.lose();
  const base::Error error = session_.error(code, fmt::format("reading, after {} entries", received_), late);
  // A Notice of Disconnection (RFC 4511 §4.4.1) leaves the server's own code, but the connection is over all the same.
  out_.code = std::min(code, -1);
  out_.gaps.push_back({late ? model::Gap::Kind::timed_out : model::Gap::Kind::unreachable, error.message});
}

SearchOutcome Run::go() {
  bool asked = ask();
  while (asked) {
    receive();
    asked = wants_more() && ask();
    // Now the server is at work on the next page (if there is one), and so are we.
    decode_page();
  }
  out_.page_size = page_size_;
  return std::move(out_);
}

/// A first page without entries, by a limit: slapd says adminLimitExceeded "illegal pagedResults page size", others
/// sizeLimitExceeded.
bool refuses_page_size(const SearchOutcome& outcome) {
  return outcome.entries == 0 && outcome.pages == 1 &&
         (outcome.code == LDAP_ADMINLIMIT_EXCEEDED || outcome.code == LDAP_SIZELIMIT_EXCEEDED);
}

}  // namespace

bool SearchOutcome::base_missing() const { return code == LDAP_NO_SUCH_OBJECT; }

SearchOutcome search(Session& session, const Search& what, const Patience& patience, const EachEntry& each) {
  std::uint32_t pages = what.page_size;
  SearchOutcome out = Run(session, what, pages, patience, each).go();
  std::string said;
  while (refuses_page_size(out) && pages > kSmallestPage) {
    if (said.empty()) said = out.gaps.front().sentence;
    pages = std::max(pages / 2, kSmallestPage);
    out = Run(session, what, pages, patience, each).go();
  }
  if (pages != what.page_size) {
    out.notes.push_back(fmt::format("pages: the server refused pages of {} entries ({}); {} {}", what.page_size, said,
                                    refuses_page_size(out) ? "gave up at" : "went on with", pages));
  }
  if (what.page_size > 0 && out.page_size == 0 && out.gaps.empty()) {
    out.notes.emplace_back("pages: the server ignored the request for pages and sent everything at once");
  }
  return out;
}

SearchOutcome read_entry(Session& session, const std::string& dn, std::vector<std::string> attributes,
                         const Patience& patience, const EachEntry& each) {
  Search what;
  what.base = dn;
  what.scope = Scope::base;
  what.query = {"(objectClass=*)", std::move(attributes)};
  what.max_entries = 1;
  return search(session, what, patience, each);
}

}  // namespace tally::directory
