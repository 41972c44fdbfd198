// The pure decoders of directories, one a selector byte: SIDs, GUIDs, numbers, FILETIME, GeneralizedTime,
// userAccountControl, DNs, filters, ranges, BER and certificates, referrals, change metadata, log entries, links of
// group policies and effective rights; and what a server is asked about a person of whatever name.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "connectors/directory/access_log_entry.h"
#include "connectors/directory/ber.h"
#include "connectors/directory/change_metadata.h"
#include "connectors/directory/dn.h"
#include "connectors/directory/ds389.h"
#include "connectors/directory/effective_rights.h"
#include "connectors/directory/entry.h"
#include "connectors/directory/filter.h"
#include "connectors/directory/person_queries.h"
#include "connectors/directory/policy_links.h"
#include "connectors/directory/referral.h"
#include "connectors/directory/schema.h"
#include "connectors/directory/sid.h"
#include "connectors/directory/tls_certificate.h"
#include "connectors/directory/up_to_dateness.h"
#include "connectors/directory/value_syntax.h"
#include "policy/base/assert.h"
#include "policy/base/utf8.h"
#include "tests/fuzz/input.h"

namespace tally::directory {
namespace {

const base::Instant kYear1601 = *base::parse_instant("1601-01-01T00:00:00Z");
const base::Instant kYear10000 = *base::parse_instant("9999-12-31T23:59:59.999999Z");

/// The binary form of "S-1-…" (MS-DTYP 2.4.2.2), straight from the definition.
std::string bytes_of_sid(std::string_view text) {
  std::vector<std::uint64_t> numbers;
  for (std::string_view rest = text.substr(4); !rest.empty();) {
    const std::size_t dash = std::min(rest.find('-'), rest.size());
    std::uint64_t number = 0;
    std::from_chars(rest.data(), rest.data() + dash, number);
    numbers.push_back(number);
    rest.remove_prefix(std::min(dash + 1, rest.size()));
  }
  std::string bytes{'\1', static_cast<char>(numbers.size() - 1)};
  for (int shift = 40; shift >= 0; shift -= 8) bytes.push_back(static_cast<char>(numbers[0] >> shift & 0xFFU));
  for (std::size_t i = 1; i < numbers.size(); ++i) {
    for (int shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<char>(numbers[i] >> shift & 0xFFU));
  }
  return bytes;
}

/// The entry's letters, a line end, the attributes'.
void effective_rights(std::string_view text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string_view attributes = text.substr(std::min(end + 1, text.size()));
  const auto rights = EffectiveRights::parse(text.substr(0, end), attributes);
  if (!rights) return;
  TALLY_ASSERT(!rights->may_add() || text.substr(0, end).find('a') != std::string_view::npos);
  for (const std::string_view name : {"member", "userPassword"}) {
    const bool named = std::search(attributes.begin(), attributes.end(), name.begin(), name.end(), [](char a, char b) {
                         return equal_ignoring_case({&a, 1}, {&b, 1});
                       }) != attributes.end();
    TALLY_ASSERT(named || !rights->tells(name));
    TALLY_ASSERT(rights->tells(name) || (!rights->may_read(name) && rights->write(name) == MayWrite::no));
  }
}

void metadata(std::string_view bytes) {
  if (const auto vector = PropertyMetadata::read(bytes)) {
    TALLY_ASSERT(bytes.size() % 48 == 16);
    for (const std::uint32_t attribute : {kUserAccountControlId, kUnicodePwdId, kPrimaryGroupId, 0U}) {
      const auto change = vector->find(attribute);
      TALLY_ASSERT(!change || (change->at > kYear1601 && change->at <= kYear10000));
    }
  }
  if (const auto cursors = read_up_to_dateness(bytes)) {
    TALLY_ASSERT(bytes.size() == 16 + 32 * cursors->size());
    for (const Cursor& one : *cursors) {
      TALLY_ASSERT(one.invocation.size() == 36);
      TALLY_ASSERT(!one.heard || (*one.heard > kYear1601 && *one.heard <= kYear10000));
    }
  }
  if (const auto link = link_change(bytes)) {
    TALLY_ASSERT(!link->member.empty() && link->at > kYear1601 && link->at <= kYear10000);
  }
}

/// What was read is what was written.
void log_entries(std::string_view text) {
  const auto read = read_modification(text);
  if (!read || read->op == LogOp::boundary) {
    TALLY_ASSERT(!read || text == ":");
    return;
  }
  std::string again(read->attribute);
  again += ':';
  again += "?+-=#"[static_cast<std::size_t>(read->op)];
  if (read->value) again += " " + std::string(*read->value);
  TALLY_ASSERT(again == text);
}

void sids(std::string_view bytes) {
  if (const auto text = sid_text(bytes)) {
    TALLY_ASSERT(sid_from(bytes) == *text);
    // An authority of more than 32 bits is written in hexadecimal; nobody has one, and as text it is not read.
    TALLY_ASSERT(is_sid_text(*text) != text->starts_with("S-1-0x"));
    if (is_sid_text(*text)) TALLY_ASSERT(bytes_of_sid(*text) == bytes);
  }
  if (!is_sid_text(bytes)) return;
  TALLY_ASSERT(sid_from(bytes) == bytes);
  TALLY_ASSERT(sid_text(bytes_of_sid(bytes)) == bytes);
  if (const auto split = split_sid(bytes)) TALLY_ASSERT(fmt::format("{}-{}", split->domain, split->rid) == bytes);
  const auto power = privileged_sid(bytes);
  TALLY_ASSERT(!power || (!power->name.empty() && power->tier != model::Tier::none));
}

void guids(std::string_view bytes) {
  const auto text = guid_text(bytes);
  TALLY_ASSERT(text.has_value() == (bytes.size() == 16));
  if (text) TALLY_ASSERT(uuid_text(*text) == *text);
  const auto written = uuid_text(bytes);
  if (written) TALLY_ASSERT(written->size() == 36 && uuid_text(*written) == *written);
  if (const auto unique = unique_id_text(bytes)) {
    TALLY_ASSERT(uuid_text(*unique) == *unique && equal_ignoring_case(unique_id_value(*unique), bytes));
  }
  TALLY_ASSERT(unique_id_value(bytes).empty() || unique_id_text(unique_id_value(bytes)));
  for (const std::string_view name : names_of_type(bytes)) {
    TALLY_ASSERT(name.data() >= bytes.data() && name.data() + name.size() <= bytes.data() + bytes.size());
    TALLY_ASSERT(name.find('\'') == std::string_view::npos);
  }
}

void numbers(std::string_view text) {
  const auto number = large_integer(text);
  if (number) TALLY_ASSERT(std::to_string(*number) == text);
  const auto control = account_control(text);
  if (!control) return;
  TALLY_ASSERT(number && static_cast<std::uint32_t>(*number) == *control);
  TALLY_ASSERT((flags_of_account_control(*control) & ~kFlagsOfAccountControl) == 0);
}

void times(fuzz::Input input) {
  std::uint64_t raw = 0;
  for (int i = 0; i < 8; ++i) raw = raw << 8U | input.byte();
  const auto steps = static_cast<std::int64_t>(raw);
  if (const auto at = filetime(steps)) {
    TALLY_ASSERT(steps > 0 && *at >= kYear1601 && *at <= kYear10000);
    TALLY_ASSERT((*at - kYear1601).count() == steps / 10);
  }
  if (const auto span = filetime_interval(steps)) TALLY_ASSERT(span->count() >= 0 && span->count() == -(steps / 10));
  if (const auto day = days_since_1970(steps)) {
    TALLY_ASSERT(*day <= kYear10000 && day->time_since_epoch() == std::chrono::hours(24) * steps);
  }
}

/// The moment written in the longest form of RFC 4517, from its RFC 3339 form.
std::string generalized(base::Instant at) {
  std::string text = base::format_instant(at);
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == '-' || c == ':' || c == 'T'; }),
             text.end());
  return text;
}

void generalized_times(std::string_view text) {
  const auto at = generalized_time(text);
  if (!at) return;
  TALLY_ASSERT(generalized_time(generalized(*at)) == at);
  TALLY_ASSERT(text.size() >= 11 && text.find_first_not_of("0123456789.,+-Z") == std::string_view::npos);
}

void names(std::string_view text) {
  std::string normal;
  if (!normalise_dn(text, normal)) {
    TALLY_ASSERT(!DnScope({"dc=example,dc=com"}).contains(text) || text.ends_with(",dc=example,dc=com"));
    return;
  }
  std::string again;
  TALLY_ASSERT(normalise_dn(normal, again) && again == normal);
  if (normal.empty()) return;
  const std::string below = "cn=x," + std::string(text);
  TALLY_ASSERT(DnScope({normal}).contains(text) && DnScope({normal}).contains(below));
  TALLY_ASSERT(!DnScope({below}).contains(text));
  TALLY_ASSERT(normal_dn(parent_dn(below)) == normal);
  TALLY_ASSERT(DnScope::outermost({std::string(text), below}) == std::vector<std::string>{std::string(text)});
}

void filters(std::string_view text) {
  Entry entry;
  entry.start("cn=a,dc=b");
  for (const auto& [name, value] : {std::pair("objectClass", "user"),
                                    {"objectCategory", "CN=Person,CN=Schema"},
                                    {"userAccountControl", "514"},
                                    {"cn", "a"},
                                    {"mail", ""}}) {
    entry.attribute(name);
    entry.value(value);
  }
  const auto filter = Filter::parse(text);
  if (!filter) {
    TALLY_ASSERT(!filter.error().message.empty());
    return;
  }
  TALLY_ASSERT(filter->text() == text);
  const bool matches = filter->matches(entry);
  const auto of = [&](const std::string& outer) {
    const auto parsed = Filter::parse(outer);
    return parsed ? parsed->matches(entry) : matches;  // one level more may be too deep
  };
  TALLY_ASSERT(of(fmt::format("(&{})", text)) == matches && of(fmt::format("(|{0}{0})", text)) == matches);
  const auto inverted = Filter::parse(fmt::format("(!{})", text));
  if (inverted) TALLY_ASSERT(inverted->matches(entry) == !matches);
  TALLY_ASSERT(!filter->attributes().empty() || text.find('=') == std::string_view::npos);
}

void ranges(std::string_view option) {
  Entry entry;
  entry.start("cn=a");
  const std::string name = fmt::format("member;{}", option);
  entry.attribute(name);
  entry.value("cn=b");
  entry.merge();
  const auto range = entry.range("member");
  if (!range) return;
  if (range->values.empty()) {
    TALLY_ASSERT(range->first == 0 && range->last == 0U);
  } else if (range->last) {
    TALLY_ASSERT(range->first <= *range->last);
  }
}

/// Elements lie behind one another and inside what holds them.
void elements(std::string_view bytes, int depth) {
  std::string_view rest = bytes;
  while (const auto element = ber::take(rest)) {
    TALLY_ASSERT(element->whole.data() >= bytes.data() && element->whole.size() > element->body.size());
    TALLY_ASSERT(element->whole.data() + element->whole.size() == rest.data());
    TALLY_ASSERT(element->body.data() + element->body.size() == rest.data());
    if (depth > 0) elements(element->body, depth - 1);
  }
}

void certificates(std::string_view bytes) {
  elements(bytes, 4);
  const auto certificate = read_certificate(bytes);
  if (!certificate) return;
  TALLY_ASSERT(certificate->digest == base::sha256(bytes));
  for (const std::string& name : certificate->names) {
    TALLY_ASSERT(base::displayable(name) == name);
    if (name.find('*') == std::string::npos) TALLY_ASSERT(names_host(*certificate, name));
  }
}

void referrals(const std::string& url) {
  LdapOptions options;
  options.profile.bases = {"dc=example,dc=com"};
  options.uri = "ldaps://dc1.example.com";
  options.security = Security::ldaps;
  options.referral_hosts = {"dc2.example.com"};
  const Referral referral = judge_referral(url, options);
  if (!referral.follow) return;
  TALLY_ASSERT(equal_ignoring_case(referral.host, "dc2.example.com"));
  TALLY_ASSERT(referral.uri.starts_with("ldaps://"));
}

/// What was read is there; without spaces between links, what was read is what was written.
void policy_links(std::string_view value) {
  const auto links = parse_policy_links(value);
  if (!links) {
    TALLY_ASSERT(links.error().message.starts_with("gPLink: at byte "));
    return;
  }
  for (const PolicyLink& link : *links) {
    TALLY_ASSERT(!link.dn.empty() && link.dn.find(']') == std::string::npos);
    TALLY_ASSERT(value.find(link.dn + ";") != std::string_view::npos);
  }
  TALLY_ASSERT(static_cast<std::size_t>(std::count(value.begin(), value.end(), ']')) == links->size());
  TALLY_ASSERT(!blocks_policies(value) || links->empty());
}

/// Whether a server that is asked for the keys delivers an account with that one value.
bool finds(const Profile& profile, const PersonQueries& ask, const model::PersonKeys& keys, std::string_view attribute,
           std::string_view value) {
  Entry account;
  account.start("cn=a,dc=b");
  for (const auto& [name, given] : {std::pair<std::string_view, std::string_view>("objectClass", "user"),
                                    {"objectClass", "inetOrgPerson"},
                                    {attribute, value}}) {
    account.attribute(name);
    account.value(given);
  }
  account.merge();
  TALLY_ASSERT(Filter::parse(profile.account_filter())->matches(account));
  const auto filter = Filter::parse(ask.accounts(keys).filter);
  TALLY_ASSERT(filter);
  return filter->matches(account);
}

/// Whatever a person is called, the question is a filter and finds who is called so.
void questions(std::string_view text) {
  if (text.empty()) return;
  const std::string name(text);
  for (const Dialect dialect : {Dialect::openldap, Dialect::active_directory, Dialect::ds389, Dialect::generic}) {
    ProfileOptions options;
    options.dialect = dialect;
    options.bases = {"dc=b"};
    const auto profile = Profile::create(options, kYear1601);
    TALLY_ASSERT(profile);
    const PersonQueries ask(options, **profile);
    const char* login = dialect == Dialect::active_directory ? "sAMAccountName" : "uid";
    TALLY_ASSERT(finds(**profile, ask, {.employee_number = name}, options.employee_number_attribute, text));
    TALLY_ASSERT(finds(**profile, ask, {.mails = {name}}, "mail", text));
    TALLY_ASSERT(finds(**profile, ask, {.logins = {name}}, login, text));
    TALLY_ASSERT(Filter::parse(ask.groups_with(text, {name}).filter));
    if (uuid_text(text)) TALLY_ASSERT(Filter::parse(ask.account_of_id(*uuid_text(text)).filter));
  }
}

}  // namespace
}  // namespace tally::directory

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::directory;
  tally::fuzz::Input input(data, size);
  const std::uint8_t which = input.byte();
  const std::string_view text = input.rest();
  switch (which % 15U) {
    case 0: sids(text); break;
    case 1: guids(text); break;
    case 2: numbers(text); break;
    case 3: times(input); break;
    case 4: generalized_times(text); break;
    case 5: names(text); break;
    case 6: filters(text); break;
    case 7: ranges(text); break;
    case 8: certificates(text); break;
    case 9: referrals(std::string(text)); break;
    case 11: metadata(text); break;
    case 12: log_entries(text); break;
    case 13: policy_links(text); break;
    case 14: effective_rights(text); break;
    default: questions(text); break;
  }
  return 0;
}
