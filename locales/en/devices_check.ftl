# Whether the settings work: what was found when each was tried.
check-title = Do they work?
check-title-at = Tried: { $when }
check-lead = Fernpost connects to each of these servers, as your phone would, and signs in once with your password.
check-lead-at = Fernpost connected to each of these servers, as your phone would, and signed in once with your password.
check-now = Try them now
check-again = Try again
check-mark-works = Works
check-mark-soon = Works for now
check-mark-fails = Does not work
check-imap = IMAP
check-pop3 = POP3
check-submission = SMTP
check-works = { $host } answers on port { $port } and takes your password.
check-no-sign-in = { $host } answers on port { $port } but asks for no password. Mail programs that want to send one stop there.
check-no-answer = Nothing answers at { $host } on port { $port }.
check-too-slow = { $host } takes too long to answer on port { $port }.
check-closed = { $host } ended the connection on port { $port } before anything was said.
check-busy = { $host } answers on port { $port } but says that it is too busy now.
check-no-tls = What answers at { $host } on port { $port } offers no encryption of the kind that is set here.
check-broken-tls = No encrypted connection to { $host } on port { $port } could be made.
check-other-protocol = What answers at { $host } on port { $port } is no { $protocol } server.
check-refused = { $host } answers on port { $port } but does not take your password for { $user }.
check-refused-pop = { $host } does not take your password for POP. Whoever runs this service may have switched POP off for your mailbox: ask them.
check-no-way = { $host } answers on port { $port } but takes passwords in no way that mail programs know.
check-in-use = { $host } answers on port { $port }, and another program is fetching your mail at this moment.
check-other-name = The certificate of { $host } on port { $port } is for another name.
check-expired = The certificate of { $host } on port { $port } has run out.
check-not-yet = The certificate of { $host } on port { $port } does not hold yet.
check-self-signed = { $host } on port { $port } vouches for itself: nobody else answers for its certificate.
check-unknown-issuer = Nobody who is known answers for the certificate of { $host } on port { $port }.
check-revoked = The certificate of { $host } on port { $port } was taken back by whoever issued it.
check-unfit = The certificate of { $host } on port { $port } is none that a mail server may show.
check-out-later = Try again in a few minutes. If it stays so, tell whoever runs this service.
check-out-in-use = Try again when that program is done.
check-out-refused = Copy the username once more exactly as it stands here. If your password works here and not there, whoever runs this service has to look.
check-out-renew = Do not tell your phone to trust it. Tell whoever runs this service: the certificate has to be renewed, or a clock is wrong.
check-out-certificate = Phones will warn you. Do not tell them to trust it; tell whoever runs this service what stands here.
check-out-operator = Tell whoever runs this service what stands here. Until then use the webmail, or one of the other ways.
check-ends-soon =
    { $count ->
        [0] The certificate of { $host } ends today. Phones will warn you from then on. Tell whoever runs this service.
        [one] The certificate of { $host } ends in one day. Phones will warn you from then on. Tell whoever runs this service.
       *[other] The certificate of { $host } ends in { $shown } days. Phones will warn you from then on. Tell whoever runs this service.
    }
check-certificate =
    { $count ->
        [one] Its certificate is for { $names }, issued by { $issuer }, and holds until { $until }: one more day.
       *[other] Its certificate is for { $names }, issued by { $issuer }, and holds until { $until }: { $shown } more days.
    }
check-certificate-over = Its certificate is for { $names }, issued by { $issuer }, and held until { $until }.
check-more-names =
    { $count ->
        [one] { $names } and one more
       *[other] { $names } and { $shown } more
    }
check-itself = itself
check-own-authority = Devices that do not know { $issuer } will warn you: whoever runs this service has to say how they learn of it.
check-greeting = It calls itself “{ $greeting }”.
