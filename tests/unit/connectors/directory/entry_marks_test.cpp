// Attributes of which it only counts that they are there, or what they look like.
#include "connectors/directory/entry_marks.h"

#include <gtest/gtest.h>

namespace tally::directory {
namespace {

TEST(LooksLikePassword, IsATextThatNamesOneAndGoesOn) {
  for (const char* text : {"pw: Summer2024", "PASSWORD=hunter2", "Initial password : Welcome1", "Kennwort -> abc",
                           "temp pwd:x", "Passwort: 123", "contraseña: luna", "svc backup, passwd = q1w2"}) {
    EXPECT_TRUE(looks_like_password(text)) << text;
  }
}

TEST(LooksLikePassword, IsNotATextThatTalksAboutThem) {
  for (const char* text : {"", "password reset by helpdesk", "Password never expires", "pwd:", "password =   ",
                           "Owner of pw safe", "spwd: x", "resets passwords (ticket 4711)", "room 12: left"}) {
    EXPECT_FALSE(looks_like_password(text)) << text;
  }
}

TEST(PasswordScheme, IsThePrefixAndNothingOfTheValue) {
  EXPECT_EQ(password_scheme("{SSHA}c2VjcmV0"), "ssha");
  EXPECT_EQ(password_scheme("{ssha512}x"), "ssha512");
  EXPECT_EQ(password_scheme("{SHA}x"), "sha");
  EXPECT_EQ(password_scheme("{ARGON2}$argon2id$v=19$x"), "argon2");
  EXPECT_EQ(password_scheme("{CRYPT}$6$salt$x"), "crypt-sha512");
  EXPECT_EQ(password_scheme("{CRYPT}$1$salt$x"), "crypt-md5");
  EXPECT_EQ(password_scheme("{CRYPT}$2b$10$x"), "crypt-bcrypt");
  EXPECT_EQ(password_scheme("{CRYPT}aZ0rJx"), "crypt-des");
  EXPECT_EQ(password_scheme("{CRYPT}$9$x"), "other");
  EXPECT_EQ(password_scheme("{X-NEW}x"), "other");
}

TEST(PasswordScheme, IsCleartextWithoutAPrefix) {
  EXPECT_EQ(password_scheme("secret"), "cleartext");
  EXPECT_EQ(password_scheme("{CLEARTEXT}secret"), "cleartext");
  EXPECT_EQ(password_scheme("{notclosed"), "cleartext");
  EXPECT_EQ(password_scheme(""), "cleartext");
}

}  // namespace
}  // namespace tally::directory
