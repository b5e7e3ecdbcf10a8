delivery-report = Delivery report
report-about = About your message “{ $subject }”.
report-about-dated = About your message “{ $subject }” ({ $date }).
report-failed = Could not be delivered to { $addr }: { $why }.
report-failed-plain = Could not be delivered to { $addr }.
report-delayed = Not yet delivered to { $addr }: { $why }.
report-delayed-plain = Not yet delivered to { $addr }.
report-delivered = Delivered to { $addr }.
report-relayed = Handed on for { $addr }. The mail server there sends no reports of its own.
report-expanded = Delivered to { $addr } and sent on to everybody behind that address.
report-unknown = Something was reported about { $addr }, in terms that are not known here.
report-more = { $count ->
    [one] 1 more recipient is in the report.
   *[other] { $shown } more recipients are in the report.
  }
what-server-said = What the mail server said

why-no-address = there is no such address
why-no-domain = there is no such domain, or it takes no mail
why-bad-address = the mail server there does not understand the address
why-moved = the person has moved and left no new address
why-bad-sender = the mail server there does not accept the sender’s address
why-disabled = the mailbox is switched off
why-full = the mailbox is full
why-too-large = the message is too large
why-list-trouble = the mailing list does not work
why-no-room = the mail server there has no room left
why-closed = the mail server there takes no mail at the moment
why-no-answer = the mail server there does not answer
why-no-route = no way to the mail server there was found
why-busy = the mail server there is too busy
why-loop = the message went round in circles
why-expired = it took too long
why-protocol = the mail servers did not understand each other
why-form = the mail server there does not accept messages of this kind
why-refused = the mail server there refused the message
why-not-allowed = the sender is not allowed to write to this address
why-unproven = it could not be proved that the message is from its sender
why-insecure = there was no secure way to the mail server there

advice-address = Check how the address is written, or ask the person for the right one.
advice-domain = Check how the part of the address after the @ is written.
advice-other-way = Send it again in a few days, or reach the person in another way.
advice-smaller = Send less in one message, or a link to the files.
advice-later = Send it again later.
advice-owner = Ask whoever looks after this address, or the list behind it.
advice-host = Your host can help; what the mail server said tells them why.
advice-words = What the mail server said may tell more.
advice-wait = You need do nothing: it will be tried again.
advice-wait-until = You need do nothing: it will be tried again until { $date }.

detail-said = Its words
detail-status = Status code
detail-server = Mail server
detail-sent-on = Sent on to
detail-reporter = Reported by
detail-recipient = Recipient
detail-source = Sent from

receipt = Read receipt
somebody = somebody
receipt-displayed = Your message was opened by { $who }.
receipt-deleted = Your message was deleted by { $who }, perhaps unread.
receipt-dispatched = Your message was sent on by { $who }.
receipt-processed = Your message was dealt with for { $who } by a program.
receipt-denied = Whether your message was read, { $who } does not want to say.
receipt-failed = Your message reached { $who }, and could not be opened there.
receipt-unknown = Your message reached { $who }.
receipt-note = That is what their mail program says. Whether it was read, no program can know.
receipt-automatic = A program says so on its own; nobody confirmed it.

complaint = Complaint
complaint-abuse = Somebody marked a message that was sent from here as unwanted.
complaint-fraud = Somebody reports a message that was sent from here as a fraud.
complaint-virus = Somebody found a virus in a message that was sent from here.
complaint-not-spam = Somebody says that a message from here was taken for junk by mistake.
complaint-auth-failure = A message in the name of this domain could not be proved to be from here.
complaint-other = Somebody complains about a message that was sent from here.

seal-signed-smime = Signed with S/MIME; the signature is not checked.
seal-signed-pgp = Signed with OpenPGP; the signature is not checked.
seal-locked-smime = Encrypted with S/MIME: it can’t be read here. Open it with a mail program that has your certificate.
seal-locked-pgp = Encrypted with OpenPGP: it can’t be read here. Open it with a mail program that has your key.
