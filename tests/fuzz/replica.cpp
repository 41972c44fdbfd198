// Replicas, and the control values of RFC 4533 and DirSync, of anybody's making: read or refused; what is read lies in
// the bytes, and an entry that was read is written as the same entry again.
#include "connectors/directory/replica.h"

#include "connectors/directory/dirsync_values.h"
#include "connectors/directory/replica_format.h"
#include "connectors/directory/sequence_numbers.h"
#include "connectors/directory/sync_feed.h"
#include "connectors/directory/usn_feed.h"
#include "policy/base/assert.h"
#include "tests/fuzz/input.h"

namespace tally::directory {
namespace {

namespace format = replica_format;

void inside(std::string_view part, std::string_view bytes) {
  TALLY_ASSERT(part.empty() || (part.data() >= bytes.data() && part.end() <= bytes.end()));
}

void look_at(const Replica& replica, std::string_view bytes) {
  std::size_t entries = 0;
  const bool whole = replica.each([&](const StoredEntry& stored, const Entry& entry) {
    ++entries;
    inside(entry.dn(), bytes);
    inside(stored.body, bytes);
    for (const Entry::Attribute& attribute : entry.attributes()) {
      inside(attribute.name, bytes);
      for (const std::string_view value : entry.values_of(attribute)) inside(value, bytes);
    }
    AttributeNames names;
    std::string again;
    if (!write_record(stored.key, stored.flags, entry, names, again)) return;
    Entry read;
    TALLY_ASSERT(read_record(again, names, read) && same_content(entry, read, {}));
    Entry found;
    TALLY_ASSERT(replica.read(stored.key, found) && same_content(entry, found, {}));
  });
  TALLY_ASSERT(!whole || entries == replica.size());
  for (const auto& [key, dn] : replica.containers()) inside(dn, bytes);
}

/// The bytes as the records of one batch, with a digest that fits.
std::string with_digest(std::string_view records) {
  std::string out = format::header("identity");
  const base::Digest before = base::sha256(out);
  std::string batch(records);
  format::write(format::kCommit, format::commit_body({}), batch);
  out += batch;
  return out += base::Sha256().update(before.view()).update(batch).finish().view();
}

void change(std::string_view bytes) {
  auto replica = Replica::parse(bytes);
  if (!replica) return;
  Entry entry;
  entry.start("cn=a");
  entry.attribute("cn");
  entry.value("a");
  const EntryKey key = *EntryKey::of_text("00000000-0000-0000-0000-000000000001");
  if (!replica->put(key, 0, entry)) return;
  Entry read;
  TALLY_ASSERT(replica->read(key, read) && same_content(entry, read, {}));
  replica->remove(key);
  TALLY_ASSERT(replica->find(key) == nullptr && !replica->commit({}));
}

void read_values(std::string_view bytes) {
  static_cast<void>(parse_sync_state(bytes));
  if (const auto info = parse_sync_info(bytes)) TALLY_ASSERT(info->keys.size() * 18 <= bytes.size());
  if (const auto done = parse_sync_done(bytes); done && done->cookie) {
    TALLY_ASSERT(done->cookie->size() < bytes.size() && done->cookie->size() <= kMaxSyncCookieBytes);
    TALLY_ASSERT(!sync_request(*done->cookie).empty());
  }
  if (const auto state = SyncFeedState::parse(bytes)) {
    const auto again = SyncFeedState::parse(state->text());
    TALLY_ASSERT(again && again->cookies == state->cookies && again->began == state->began);
  }
  if (const auto answer = parse_dirsync_answer(bytes)) {
    TALLY_ASSERT(!answer->cookie.empty() && answer->cookie.size() <= kMaxDirSyncCookieBytes);
    TALLY_ASSERT(bytes.find(answer->cookie) != std::string_view::npos);
    // A request has the form of an answer: flags, bytes, cookie.
    const auto asked = parse_dirsync_answer(dirsync_request(answer->cookie));
    TALLY_ASSERT(asked && !asked->more && asked->cookie == answer->cookie);
  }
  if (const auto state = UsnFeedState::parse(bytes)) {
    const auto again = UsnFeedState::parse(state->text());
    TALLY_ASSERT(again && again->cookies == state->cookies && again->usn == state->usn &&
                 again->latest_sign_in == state->latest_sign_in);
  }
  for (const auto& [server, number] : sequence_numbers(bytes)) TALLY_ASSERT(number.find(server) != std::string::npos);
}

}  // namespace
}  // namespace tally::directory

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tally::directory;
  tally::fuzz::Input input(data, size);
  const unsigned which = input.byte() % 3U;
  const std::string_view bytes = input.rest();
  if (which == 2) {
    read_values(bytes);
    return 0;
  }
  const std::string file = which == 0 ? std::string(bytes) : with_digest(bytes);
  if (const auto replica = Replica::parse(file)) look_at(*replica, file);
  change(file);
  return 0;
}
