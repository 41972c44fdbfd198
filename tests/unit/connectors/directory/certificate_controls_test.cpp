// Who may sign in as anybody by a certificate: templates and authorities put together by hand from [MS-CRTD].
#include "connectors/directory/certificate_controls.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

#include "tests/unit/connectors/directory/descriptor.h"

namespace tally::directory {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr const char* kServices = "CN=Public Key Services,CN=Services,CN=Configuration,DC=corp";
constexpr const char* kDesk = "S-1-5-21-1-2-3-1104";
constexpr const char* kUsers = "S-1-5-21-1-2-3-513";
constexpr const char* kEnrollGuid = "0e10c968-78fb-11d2-90d4-00c04f79dc55";
constexpr const char* kAutoEnrollGuid = "a05b8cc2-17bc-4802-a710-e7c15ab866a2";
constexpr const char* kClientAuthentication = "1.3.6.1.5.5.7.3.2";
constexpr const char* kServerAuthentication = "1.3.6.1.5.5.7.3.1";

using Attributes = std::vector<std::pair<std::string, std::vector<std::string>>>;

std::string list(const std::vector<std::string>& entries) { return descriptor("S-1-5-18", entries, 0x9004); }

/// A template of which an applicant says who he is, and gets at once what signs him in.
Attributes open_template(const std::string& descriptor) {
  return {{"msPKI-Certificate-Name-Flag", {"1"}},
          {"msPKI-Enrollment-Flag", {"0"}},
          {"msPKI-RA-Signature", {"0"}},
          {"pKIExtendedKeyUsage", {kClientAuthentication}},
          {"nTSecurityDescriptor", {descriptor}}};
}

class Infrastructure {
 public:
  Infrastructure() {
    authority("Public Key Services", kServices, "container", {{"nTSecurityDescriptor", {list({})}}});
    authority("Enrollment Services", below("CN=Enrollment Services"), "container",
              {{"nTSecurityDescriptor", {list({allow("S-1-5-11", 0x4)})}}});
  }
  static std::string below(const std::string& name) { return name + "," + kServices; }
  static std::string in_templates(const std::string& name) {
    return below(fmt::format("CN={},CN=Certificate Templates", name));
  }

  Infrastructure& issues(const std::vector<std::string>& names, const std::string& descriptor = list({})) {
    authority("NTAuthCertificates", below("CN=NTAuthCertificates"), "certificationAuthority",
              {{"nTSecurityDescriptor", {list({})}}});
    return authority("CA", below("CN=CA,CN=Enrollment Services"), "pKIEnrollmentService",
                     {{"certificateTemplates", names}, {"nTSecurityDescriptor", {descriptor}}});
  }
  Infrastructure& authority(const std::string& name, const std::string& dn, const std::string& of, Attributes more) {
    tell(name, dn, of, std::move(more), &CertificateControls::authority);
    return *this;
  }
  Infrastructure& offers(const std::string& name, Attributes more) {
    tell(name, in_templates(name), "pKICertificateTemplate", std::move(more),
         &CertificateControls::certificate_template);
    return *this;
  }

  /// "CN=…: holder words", rows of doubt too.
  [[nodiscard]] std::vector<std::string> rows() const {
    std::vector<std::string> out;
    const model::Controls& c = harvest.controls;
    for (std::size_t i = 0; i < c.size(); ++i) {
      const auto text = [&](base::TextId id) { return std::string(harvest.text.view(id)); };
      EXPECT_EQ(c.kind[i], model::ControlledKind::certificates);
      const std::string name = text(c.object[i]).substr(0, text(c.object[i]).find(','));
      if (!text(c.holder[i]).empty())
        out.push_back(fmt::format("{}: {} {}", name, text(c.holder[i]), model::in_words(c.rights[i])));
      if (!text(c.doubt[i]).empty()) out.push_back(name + " in doubt: " + text(c.doubt[i]));
    }
    return out;
  }

  model::Harvest harvest;
  ControlTree tree{harvest};
  CertificateControls certificates{harvest, tree, ReadCheck({kDesk})};

 private:
  void tell(const std::string& name, const std::string& dn, const std::string& of, Attributes more,
            void (CertificateControls::*take)(const Entry&)) {
    more.push_back({"cn", {name}});
    more.push_back({"objectClass", {of}});
    Entry entry;
    entry.start(dn);
    for (const auto& [attribute, values] : more) {
      entry.attribute(attribute);
      for (const std::string& value : values) entry.value(value);
    }
    (certificates.*take)(entry);
  }
};

std::vector<std::string> enrolled(const std::string& attribute, const std::vector<std::string>& values) {
  Infrastructure i;
  i.issues({"Vpn"});
  Attributes more = open_template(list({allow(kUsers, 0x100, kEnrollGuid)}));
  for (auto& [name, old] : more) {
    if (name == attribute) old = values;
  }
  if (attribute == "msPKI-Certificate-Application-Policy") more.emplace_back(attribute, values);
  return i.offers("Vpn", more).rows();
}
const std::vector<std::string> kOpen = {"CN=Vpn: S-1-5-21-1-2-3-513 may get certificates in anybody's name from"};

TEST(Certificates, InAnybodysNameAreForWhoMayEnrollInAnOpenTemplate) {
  EXPECT_EQ(enrolled("", {}), kOpen);
  Infrastructure i;
  i.issues({"VPN"}).offers("Vpn", open_template(list({allow(kDesk, 0x100, kAutoEnrollGuid), allow(kUsers, 0x100)})));
  EXPECT_THAT(i.rows(), UnorderedElementsAre("CN=Vpn: S-1-5-21-1-2-3-1104 may get certificates in anybody's name from",
                                             kOpen.front()))
      << "by itself, by all extended rights; names of templates without case";
  EXPECT_EQ(i.certificates.in_words(),
            "1 certification authorities issue 1 templates; 1 of them to whomever the applicant names");
}

TEST(Certificates, AreNobodysWhereOneConditionIsMissing) {
  EXPECT_THAT(enrolled("msPKI-Certificate-Name-Flag", {"-2113929216"}), IsEmpty()) << "built from the directory";
  EXPECT_THAT(enrolled("msPKI-Enrollment-Flag", {"2"}), IsEmpty()) << "a manager has to agree";
  EXPECT_THAT(enrolled("msPKI-RA-Signature", {"1"}), IsEmpty()) << "somebody else has to sign";
  EXPECT_THAT(enrolled("pKIExtendedKeyUsage", {kServerAuthentication}), IsEmpty()) << "of no use to sign in";
  EXPECT_THAT(enrolled("msPKI-Certificate-Name-Flag", {"65536"}), IsEmpty()) << "authorities have to ignore it";
  EXPECT_EQ(enrolled("msPKI-Certificate-Name-Flag", {"65537"}), kOpen);
  EXPECT_EQ(enrolled("msPKI-Enrollment-Flag", {"9"}), kOpen);
  EXPECT_EQ(enrolled("pKIExtendedKeyUsage", {}), kOpen) << "no purpose is every purpose";
  EXPECT_EQ(enrolled("pKIExtendedKeyUsage", {kServerAuthentication, "2.5.29.37.0"}), kOpen);
  EXPECT_EQ(enrolled("msPKI-Certificate-Application-Policy", {"1.3.6.1.5.2.3.4"}), kOpen);
}

TEST(Certificates, OfATemplateThatMayBeWrittenAreItsWritersOwn) {
  Infrastructure i;
  i.issues({"User"});
  Attributes closed = open_template(list({allow(kDesk, 0x20, "ea1dddc4-60ff-416e-8cc0-17cee534bce7"),
                                          allow(kUsers, 0x100, kEnrollGuid), allow("S-1-5-32-555", 0x40000)}));
  closed.front().second = {"0"};
  i.offers("User", closed);
  EXPECT_THAT(i.rows(), UnorderedElementsAre("CN=User: S-1-5-21-1-2-3-1104 may write the settings of",
                                             "CN=User: S-1-5-32-555 may write the access control list of"));
}

TEST(Certificates, OfATemplateThatNobodyIssuesAreNone) {
  Infrastructure i;
  i.issues({}).offers("Vpn", open_template(list({allow(kDesk, 0xF01FF)})));
  EXPECT_THAT(i.rows(), IsEmpty());
  EXPECT_EQ(i.certificates.unread(), "");
}

TEST(Certificates, OfAnAuthorityAreItsWriters) {
  Infrastructure i;
  i.issues({}, list({allow(kDesk, 0x20, "2a39c5b1-8960-11d1-aebc-0000f80367c1")}));
  i.authority("NTAuthCertificates", Infrastructure::below("CN=NTAuthCertificates"), "certificationAuthority",
              {{"nTSecurityDescriptor", {list({allow(kUsers, 0x20, "bf967932-0de6-11d0-a285-00aa003049e2")})}}});
  i.authority("Public Key Services", kServices, "container",
              {{"nTSecurityDescriptor", {list({allow(kDesk, 0x80000)})}}});
  EXPECT_THAT(i.rows(), UnorderedElementsAre("CN=CA: S-1-5-21-1-2-3-1104 may write the settings of",
                                             "CN=NTAuthCertificates: S-1-5-21-1-2-3-513 may write the settings of",
                                             "CN=Public Key Services: S-1-5-21-1-2-3-1104 may become the owner of"));
}

TEST(Certificates, AreSeenNotToBeThere) {
  const Infrastructure i;
  EXPECT_EQ(i.certificates.unread(), "");
  EXPECT_EQ(i.certificates.in_words(), "no certification authority issues for the forest");
}

TEST(Certificates, ThatAnAuthorityDoesNotShowMayBeIssuedNevertheless) {
  const auto authority = [](const std::string& descriptor) {
    Infrastructure i;
    i.authority("CA", Infrastructure::below("CN=CA,CN=Enrollment Services"), "pKIEnrollmentService",
                {{"nTSecurityDescriptor", {descriptor}}});
    return i.rows();
  };
  EXPECT_THAT(authority(list({})),
              Contains("CN=CA in doubt: certificateTemplates is not shown, and this account may not read it"));
  EXPECT_THAT(authority(list({allow("S-1-5-11", 0x10)})), IsEmpty()) << "it issues none";
}

TEST(Certificates, SayWhatWasNotDelivered) {
  model::Harvest harvest;
  ControlTree tree(harvest);
  EXPECT_THAT(CertificateControls(harvest, tree, ReadCheck()).unread(),
              HasSubstr("CN=Public Key Services of the forest"));
  Infrastructure hidden;
  hidden.issues({"Vpn", "User"}).offers("User", open_template(list({})));
  EXPECT_EQ(hidden.certificates.unread(), "the certificate template vpn is issued and was not delivered");
  Infrastructure listless;
  Attributes more = open_template("");
  more.pop_back();
  listless.issues({"Vpn"}).offers("Vpn", more);
  EXPECT_THAT(listless.certificates.unread(), HasSubstr("nTSecurityDescriptor of CN=Vpn,"));
  Infrastructure flagless;
  more = open_template(list({}));
  more.erase(more.begin());
  flagless.issues({"Vpn"}).offers("Vpn", more);
  EXPECT_THAT(flagless.rows(), Contains(HasSubstr("CN=Vpn in doubt: msPKI-Certificate-Name-Flag was not delivered")));
  Infrastructure unlisted;
  unlisted.authority("Enrollment Services", Infrastructure::below("CN=Enrollment Services"), "container",
                     {{"nTSecurityDescriptor", {list({allow("S-1-5-11", 0x10)})}}});
  EXPECT_THAT(unlisted.certificates.unread(), HasSubstr("CN=Enrollment Services of the forest may not be listed"));
  EXPECT_THAT(unlisted.certificates.in_words(), testing::Not(HasSubstr("no certification authority")));
  Infrastructure untrusted;
  untrusted.authority("CA", Infrastructure::below("CN=CA,CN=Enrollment Services"), "pKIEnrollmentService",
                      {{"nTSecurityDescriptor", {list({})}}});
  EXPECT_THAT(untrusted.certificates.unread(), HasSubstr("CN=NTAuthCertificates of the forest"));
}

}  // namespace
}  // namespace tally::directory
