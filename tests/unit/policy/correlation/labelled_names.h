// Names of a dozen languages, each as HR writes it, as a login is made of it, and as a directory shows it.
#pragma once

#include <array>
#include <initializer_list>
#include <string>
#include <vector>

namespace tally::correlation {

struct NameSet {
  std::vector<std::array<std::string, 3>> given;        // HR, login, directory
  std::vector<std::array<std::string, 3>> family;       // HR, login, directory
  std::vector<std::array<std::string, 3>> front, back;  // of further family names
};

inline std::array<std::string, 3> plain(const std::string& text) {
  std::string small = text;
  for (char& c : small) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return {text, small, text};
}

inline std::vector<std::array<std::string, 3>> plain(std::initializer_list<const char*> texts) {
  std::vector<std::array<std::string, 3>> out;
  for (const char* text : texts) out.push_back(plain(text));
  return out;
}

/// What the columns hold differs by country, and so does who spells it in which way.
inline NameSet german() {
  return {{{"Jürgen", "juergen", "Jürgen"},
           {"Käthe", "kaethe", "Kaethe"},
           {"Björn", "bjoern", "Björn"},
           {"Hans-Peter", "hans-peter", "Hans Peter"},
           plain("Anna"),
           plain("Lukas"),
           plain("Maria"),
           plain("Thomas")},
          {{"Müller", "mueller", "Mueller"},
           {"Groß", "gross", "Gross"},
           {"Schäfer", "schaefer", "Schäfer"},
           {"Müller-Lüdenscheidt", "mueller", "Mueller"},
           {"von Bülow", "vonbuelow", "von Bülow"},
           plain("Maier")},
          {{"Grün", "gruen", "Grun"},
           {"Schön", "schoen", "Schoen"},
           plain("Stein"),
           plain("Rosen"),
           plain("Wald"),
           {"Räd", "raed", "Räd"},
           plain("Lind"),
           plain("Feld")},
          plain({"berger", "mann", "ner", "hofer", "bach", "meister", "wald", "haus"})};
}

inline NameSet english() {
  return {plain({"John", "Mary", "James", "Thomas", "Sarah", "Liam", "Ruth", "Oliver"}),
          {plain("Smith"),
           {"O'Brien", "obrien", "O’Brien"},
           plain("James"),
           plain("Thomas"),
           {"Wright-Jones", "wrightjones", "Wright-Jones"},
           plain("Taylor")},
          plain({"Har", "Win", "Black", "Green", "Ash", "Thorn", "Brad", "Hart"}),
          plain({"ley", "ton", "wood", "field", "ford", "well", "man", "son"})};
}

/// Accents, and two family names of which one is used.
inline NameSet romance() {
  return {{{"José", "jose", "Jose"},
           {"María José", "maria", "María José"},
           {"François", "francois", "Francois"},
           {"Zoë", "zoe", "Zoe"},
           {"Íñigo", "inigo", "Iñigo"},
           plain("Carla"),
           plain("Luc")},
          {{"García López", "garcia", "García"}, {"Núñez", "nunez", "Nunez"}, {"de la Cruz", "delacruz", "de la Cruz"}},
          {{"Fernán", "fernan", "Fernan"},
           plain("Beau"),
           plain("Gonza"),
           {"Lefè", "lefe", "Lefe"},
           plain("Monta"),
           plain("Riva"),
           plain("Bel"),
           plain("Cas")},
          {{"dez", "dez", "dez"},
           {"champs", "champs", "champs"},
           {"lès", "les", "les"},
           plain("vre"),
           plain("tero"),
           plain("rolle"),
           plain("gado"),
           plain("lon")}};
}

inline NameSet accented() {
  return {{{"Łukasz", "lukasz", "Lukasz"},
           {"Ağça", "agca", "Agca"},
           {"İbrahim", "ibrahim", "Ibrahim"},
           {"Søren", "soeren", "Søren"},
           {"Åse", "aase", "Aase"},
           {"Đức", "duc", "Duc"},
           {"Zdeněk", "zdenek", "Zdenek"}},
          {{"Wójcik", "wojcik", "Wojcik"}, {"Yılmaz", "yilmaz", "Yilmaz"}, {"Nguyễn", "nguyen", "Nguyen"}},
          {{"Ková", "kova", "Kova"},
           {"Søre", "sore", "Sore"},
           {"Şah", "sah", "Sah"},
           {"Dvoř", "dvor", "Dvor"},
           plain("Nowa"),
           {"Öz", "oz", "Oz"},
           {"Lind", "lind", "Lind"},
           {"Zają", "zaja", "Zaja"}},
          plain({"nsen", "cki", "oglu", "rik", "kowa", "demir", "strand", "czyk"})};
}

/// HR in the country's letters, logins in Latin ones.
inline NameSet cyrillic() {
  return {
      {{"Иван", "ivan", "Ivan"},
       {"Юлия", "yuliya", "Yuliya"},
       {"Ольга", "olga", "Ольга"},
       {"Сергей", "sergey", "Sergey"},
       {"Дмитрий", "dmitry", "Dmitry"},
       {"Анна", "anna", "Anna"}},
      {{"Петров", "petrov", "Petrov"}, {"Щербакова", "shcherbakova", "Shcherbakova"}, {"Зайцев", "zaytsev", "Zaitsev"}},
      {{"Кузн", "kuzn", "Kuzn"},
       {"Мороз", "moroz", "Moroz"},
       {"Волк", "volk", "Volk"},
       {"Соб", "sob", "Sob"},
       {"Бел", "bel", "Bel"},
       {"Тара", "tara", "Тара"},
       {"Гол", "gol", "Gol"},
       {"Крав", "krav", "Krav"}},
      {{"ов", "ov", "ov"},
       {"енко", "enko", "enko"},
       {"ин", "in", "in"},
       {"ский", "skiy", "sky"},
       {"анов", "anov", "anov"},
       {"чук", "chuk", "chuk"},
       {"ак", "ak", "ak"},
       {"онин", "onin", "onin"}}};
}

/// Particles, and names that a directory shows in characters.
inline NameSet others() {
  return {{{"Xiaoming", "xiaoming", "小明"},
           {"Wei", "wei", "伟"},
           plain("Jan"),
           plain("Yuki"),
           plain("Mohammed"),
           plain("Layla"),
           {"Γιώργος", "giorgos", "Giorgos"}},
          {{"Wang", "wang", "王"},
           {"Li", "li", "李"},
           {"van der Meer", "vandermeer", "van der Meer"},
           {"van den Berg", "berg", "van den Berg"},
           {"al-Masri", "almasri", "Al Masri"}},
          plain({"Tana", "Kawa", "Yama", "Papa", "Steen", "Haw", "Ras", "Ito"}),
          plain({"ka", "moto", "guchi", "dakis", "huis", "shida", "hidi", "mura"})};
}

inline const std::vector<NameSet>& name_sets() {
  static const std::vector<NameSet> sets = {german(), english(), romance(), accented(), cyrillic(), others()};
  return sets;
}

}  // namespace tally::correlation
