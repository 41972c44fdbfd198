#!/bin/bash
# The comparison as a shell pipeline: ldapsearch, awk, sort, join. Settings come by environment, see rivals.py. Works
# in the folder $WORK.
set -euo pipefail
export LC_ALL=C
cd "$WORK"
tab=$'\t'
if [ "$DIRECTORY" = active-directory ]; then
  filter='(|(objectClass=user)(objectClass=group))' login=sAMAccountName ad=1 state=(userAccountControl accountExpires)
else
  filter='(|(objectClass=person)(objectClass=groupOfNames))' login=uid ad=0 state=(pwdAccountLockedTime pwdEndTime)
fi

# accounts: number, mail, login, DN of those that can sign in and are neither registered nor built in
# edges: group, member
ldapsearch -x -LLL -o ldif-wrap=no -H "$URI" -D "$BIND_DN" -w "$PASSWORD" -b "$BASE" -E pr=1000/noprompt "$filter" \
  $login employeeNumber mail member "${state[@]}" 2>/dev/null </dev/null |
  awk -v now="$NOW" -v filetime="$NOW_FILETIME" -v registered="$REGISTERED" -v ad=$ad '
    BEGIN {
      while ((getline name < registered) > 0) skip[name] = 1
      skip["Administrator"] = skip["Guest"] = skip["krbtgt"] = 1
    }
    /^member: / { print dn "\t" substr($0, 9) >"edges"; group = 1; next }
    /^dn: / { dn = substr($0, 5); number = mail = login = ""; off = group = 0; account = !ad; next }
    /^employeeNumber: / { number = $2; next }
    /^mail: / { mail = $2; next }
    /^(uid|sAMAccountName): / { login = substr($0, index($0, " ") + 1); next }
    /^pwdAccountLockedTime: 000001010000Z$/ { off = 1; next }
    /^pwdEndTime: / { if ($2 <= now) off = 1; next }
    /^userAccountControl: / { account = 1; if (int($2 / 2) % 2) off = 1; next }
    /^accountExpires: / { if ($2 > 0 && $2 + 0 <= filetime + 0) off = 1; next }
    /^$/ {
      if (account && !group && !off && login != "" && !(login in skip) && login !~ /\$$/)
        print number "\t" mail "\t" login "\t" dn
      login = ""
    }' >accounts

# number, mail, login, 1 if gone
awk -F, -v cutoff="$CUTOFF" '
  NR > 1 { print $1 "\t" $4 "\t" $5 "\t" ($8 != "" ? ($8 <= cutoff) : ($6 == "Left")) }' "$HR" >people
sort -t "$tab" -k1,1 people >people.number
sort -t "$tab" -k1,1 accounts >accounts.number
join -t "$tab" -1 1 -2 1 -o 1.4,2.4 accounts.number people.number >by.number
join -t "$tab" -v 1 accounts.number people.number | sort -t "$tab" -k2,2 >rest.mail

# A mail address of two people says nothing, nor does one beside a number that HR does not know.
sort -t "$tab" -k2,2 people | awk -F '\t' '
  $2 != last { if (NR > 1) print last "\t" gone; last = $2; gone = $4; next }
  { gone = 0 }
  END { print last "\t" gone }' >people.mail
join -t "$tab" -1 2 -2 1 -o 1.1,1.4,2.2 rest.mail people.mail | awk -F '\t' '$1 == "" { print $2 "\t" $3 }' >by.mail
join -t "$tab" -1 2 -2 1 -v 1 -o 1.3,1.4 rest.mail people.mail | awk -F '\t' '
  { plain = $1; sub(/^adm-/, "", plain); print plain "\t" $2 }' | sort -t "$tab" -k1,1 >rest.login
sort -t "$tab" -k3,3 people >people.login
join -t "$tab" -1 1 -2 3 -o 1.2,2.4 rest.login people.login >by.login

{
  cat by.number by.mail by.login | awk -F '\t' '$2 { print "leaver\t" $1 }'
  join -t "$tab" -1 1 -2 3 -v 1 rest.login people.login | awk -F '\t' '$1 !~ /^svc-/ { print "orphan\t" $2 }'
  awk -F '\t' '
    FNR == NR { wait[++end] = $1; seen[$1] = 1; next }
    { below[$1] = below[$1] "\t" $2 }
    END {
      for (at = 1; at <= end; at++) {
        n = split(below[wait[at]], member, "\t")
        for (i = 2; i <= n; i++) {
          if (member[i] in seen) continue
          seen[member[i]] = 1
          if (member[i] in below) wait[++end] = member[i]; else print "member\t" member[i]
        }
      }
    }' "$PRIVILEGED" edges
} >"$OUT"
