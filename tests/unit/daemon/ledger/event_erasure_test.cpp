// Holds, erasures and retention as entries: what is public, what is personal, and back.
#include <gmock/gmock.h>

#include "daemon/ledger/entry.h"
#include "daemon/ledger/event.h"

namespace tally::ledger {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const base::Instant kUntil = *base::parse_instant("2027-01-31T00:00:00Z");
const base::Instant kNow = *base::parse_instant("2026-11-22T00:00:00Z");

std::string leaf_of(const EventText& text) { return *make_leaf({text.type, kNow, {}, {}}, text.fields); }
template <class Wanted>
Wanted back(const EventText& text) {
  const auto event = decode(leaf_of(text), text.personal);
  EXPECT_TRUE(event) << event.error().message;
  return std::get<Wanted>(*event);
}

const ErasureRequested kRequest{
    {"s:00112233445566778899aabbccddeeff"}, 1, 12, 3, {"run-1", "run-40"}, 2, "Art. 17(1)(a) GDPR", "DPO-17", 1001};

TEST(ErasureEvents, SayInPublicWhatAHoldNeedsToBeLookedUp) {
  const EventText set = encode(HoldSet{"person/hr/001004", "001004", "lawsuit of Dana Weiss", kUntil, {1001, "anna"}});
  EXPECT_EQ(set.fields, R"({"uid":1001,"until":"2027-01-31T00:00:00Z"})");
  EXPECT_EQ(set.subject_key, "person/hr/001004");
  const auto hold = back<HoldSet>(set);
  EXPECT_EQ(hold.subject_key, "person/hr/001004");
  EXPECT_EQ(hold.employee_id, "001004");
  EXPECT_EQ(hold.reason, "lawsuit of Dana Weiss");
  EXPECT_EQ(hold.until, kUntil);
  EXPECT_EQ(hold.by.login, "anna");

  const EventText released = encode(HoldReleased{7, "person/hr/001004", "settled", {1002, "bela"}});
  EXPECT_EQ(released.fields, R"({"hold":7,"uid":1002})");
  EXPECT_EQ(back<HoldReleased>(released).hold, 7u);
  EXPECT_EQ(back<HoldReleased>(released).reason, "settled");
}

TEST(ErasureEvents, StillReadWhenTheirValuesAreErased) {
  const EventText set = encode(HoldSet{"person/hr/001004", "001004", "r", kUntil, {1001, "anna"}});
  const auto event = decode(leaf_of(set), "");
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_THAT(std::get<HoldSet>(*event).subject_key, IsEmpty());
  EXPECT_EQ(std::get<HoldSet>(*event).until, kUntil);
}

TEST(ErasureEvents, HaveNoPersonalValuesOfAnErasure) {
  for (const EventText& text :
       {encode(kRequest), encode(ErasureDone{41, kRequest}), encode(ErasureRefused{{7}, kUntil, "b", "t", 1001}),
        encode(RetentionApplied{{{"findings", 3}}, {"run-1"}})}) {
    EXPECT_THAT(text.personal, IsEmpty()) << text.type;
    EXPECT_THAT(text.subject_key, IsEmpty()) << text.type;
  }
}

TEST(ErasureEvents, ComeBackAsTheyWere) {
  const auto done = back<ErasureDone>(encode(ErasureDone{41, kRequest}));
  EXPECT_EQ(done.requested, 41u);
  EXPECT_EQ(done.what.handles, kRequest.handles);
  EXPECT_EQ(done.what.entries, 12u);
  EXPECT_EQ(done.what.mentions, 3u);
  EXPECT_THAT(done.what.runs, ElementsAre("run-1", "run-40"));
  EXPECT_EQ(done.what.reports, 2u);
  EXPECT_EQ(done.what.basis, kRequest.basis);
  EXPECT_EQ(done.what.ticket, kRequest.ticket);
  EXPECT_EQ(back<ErasureRequested>(encode(kRequest)).uid, 1001u);
}

TEST(ErasureEvents, FitIntoAnEntryHoweverManyHandlesThereAre) {
  ErasureRequested many = kRequest;
  many.handles.assign(50'000, "s:00112233445566778899aabbccddeeff");
  many.subjects = many.handles.size();
  many.runs.assign(2'000, "run-1000000000");
  const EventText text = encode(ErasureDone{41, many});
  const auto leaf = make_leaf({text.type, kNow, {}, {}}, text.fields);
  ASSERT_TRUE(leaf) << leaf.error().message;
  EXPECT_EQ(back<ErasureDone>(text).what.handles.size(), kMaxHandles);
  EXPECT_EQ(back<ErasureDone>(text).what.subjects, 50'000u) << "the count says them all";
}

TEST(ErasureEvents, SayWhyNothingWasErased) {
  EXPECT_THAT(encode(ErasureRefused{{7, 9}, {}, "b", "t", 1001}).fields,
              testing::AllOf(HasSubstr(R"("holds":[7,9])"), Not(HasSubstr("not_before"))));
  EXPECT_THAT(encode(ErasureRefused{{}, kUntil, "b", "t", 1001}).fields,
              testing::AllOf(HasSubstr(R"("not_before":"2027-01-31T00:00:00Z")"), Not(HasSubstr("holds"))));
}

}  // namespace
}  // namespace tally::ledger
