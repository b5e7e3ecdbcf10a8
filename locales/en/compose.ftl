# Writing a message.
write = Write
write-title = Write (c)
reply = Reply
reply-title = Reply (r)
reply-all = Reply all
reply-all-title = Reply to all (a)
reply-list = Reply to the list
forward = Forward
forward-title = Forward (f)
forward-attached = Forward as a file
edit-draft = Go on writing
write-again = Write it again
keys-write = Write
keys-new = New message
keys-send = Send

compose-new = New message
compose-draft = Draft
compose-reply = Reply
compose-reply-to = Reply to { $person }
compose-forward = Forward
compose-close = Close, the draft is kept
compose-saved = Saved { $time }
compose-saving = Saving
compose-unsaved = Not saved yet
compose-offline = Not saved. What you typed is still here, and it is tried again.
compose-signed-out = You were signed out. Press Send or Save draft: what you typed comes along.
compose-conflict = This draft was changed elsewhere too. Both are kept in Drafts.
compose-kept-beside = What you sent of this draft stays as it was then. What you wrote since is kept beside it in Drafts.
compose-draft-gone = The draft that you opened is not in Drafts any more: it was thrown away, moved or sent elsewhere. What you wrote is saved in Drafts.
compose-again = Press the button again to go on with what is here.
compose-sending = Sending

compose-from = From
compose-to = To
compose-cc = Cc
compose-bcc = Bcc
compose-more = Cc, Bcc, reply to
compose-reply-field = Reply to
compose-subject = Subject
compose-several = Several addresses: put commas between them
compose-bcc-hint = Nobody else sees who is here
compose-reply-hint = Where answers go, if not to you
compose-priority = Priority
compose-receipt = Ask readers to confirm
compose-delivery = Tell me when it was delivered
priority-high = High
priority-normal = Normal
priority-low = Low

compose-files = Files
compose-attach = Attach
compose-remove = Remove { $name }
compose-uploading = Uploading
compose-stop = Stop uploading
compose-take-off = Remove
compose-upload-broken = This file did not arrive. Add it again.
file-without-name = File without a name
compose-send = Send
compose-send-title = Send (Ctrl Enter)
compose-send-anyway = Send all the same
compose-send-later = Send later
compose-day-and-time = Day and time
compose-send-at = Send at this time
compose-later-note = Until then your password is kept here, sealed, so that it can be sent while you are away.
compose-later-note-perhaps = Until then your password is kept here, sealed, so that it can be sent while you are away. A mail server that holds messages back itself gets it at once instead.
compose-later-note-held = Up to { $time } your mail server holds it back itself: it is handed over at once and can’t be called off here. What is to go out later waits here, and until then your password is kept with it, sealed.
compose-save = Save draft
compose-discard = Throw away
later-evening = This evening
later-tomorrow = Tomorrow morning
later-monday = Monday morning

compose-not-sent = Not sent yet. { $count ->
    [one] One thing needs a look.
   *[other] { $shown } things need a look.
  }
compose-not-an-address = “{ $address }” is not a complete address
compose-address-none = There is no @ in it. An address looks like ann@example.org.
compose-address-local = Before the @ something is missing.
compose-address-domain = After the @ something is missing, such as “.example”.
compose-address-ats = There is more than one @. Put commas between addresses.
compose-address-blank = There is a space in the address.
compose-address-dots = A dot is one too many.
compose-address-comment = Leave out what stands in parentheses.
compose-address-unclosed = A quote or bracket is not closed.
compose-address-behind = Put a comma between addresses.
compose-address-character = No address has { $character } in it.
compose-address-long = The address is too long.
compose-address-lines = Addresses stand on one line, with commas between them
compose-subject-lines = The subject is one line, and not too long
compose-text-nul = There is a character in the text that no mail can carry. Paste it as plain text.
compose-nobody = Nobody is named who gets it
compose-no-such-writer = Choose who writes: this address is not one of yours
compose-too-many-people = { $count ->
    [one] 1 person is named; one message goes to { $most } at most
   *[other] { $shown } people are named; one message goes to { $most } at most
  }
compose-too-many-files = { $count ->
    [one] 1 file is attached; one message carries { $most } at most
   *[other] { $shown } files are attached; one message carries { $most } at most
  }
compose-files-too-large = Your files are { $size }; { $most } fit in one message
compose-file-too-large = Too large
compose-at-unreadable = Choose a day and a time
compose-at-past = That time has gone by
compose-at-far = That is more than a year from now

remind-lead = Send it like this?
remind-subject = There is no subject.
remind-file = The text speaks of a file, and none is attached.
remind-file-words = attach enclosed anhang anhäng angehäng beigefügt beilage anlage anliegend pièce joint ci-joint adjunt allegat bijlage bijgevoegd bifoga vedhæft vedlagt załącz zalacz liite anexo príloh přílo вложен прикреп прилага додат 添付 附件
remind-many = { $count ->
    [one] 1 person sees all the addresses.
   *[other] { $shown } people see each other's addresses. In Bcc nobody sees them.
  }

done-sent = Sent.
done-sending = It is being sent.
done-waiting = { $count ->
    [one] Goes out in 1 second.
   *[other] Goes out in { $shown } seconds.
  }
done-later = Goes out on { $time }.
done-tries-again = Not sent yet. { $why } It is tried again.
done-not-filed = Sent. The copy could not be stored in Sent.
done-handed-over = Handed over. The mail server sends it on { $time }.
done-handed-not-filed = Handed over. The mail server sends it on { $time }. The copy could not be stored in Sent.
done-unconfirmed = You asked to be told when it is delivered: this mail server can’t do that, so nobody will tell you.
done-uncertain = The connection was lost while the message was handed over. It may have been sent: look into it before you send it again. The draft is kept.
done-conflict = Its draft was changed elsewhere meanwhile: what was written there is kept in Drafts.
done-draft-kept = Kept in Drafts.
done-discarded = Thrown away. It is in Trash.
done-discarded-whole = Thrown away.
done-unsent = Not sent. Go on writing.
done-left = It is no longer in the outbox. It may have been sent.

compose-waits = This message waits to be sent. Press “Don’t send” beside it, and go on writing.
compose-was-sent = This message was sent already. What you send from here goes as a second one.
compose-perhaps-sent = This message may have been sent already. What you send from here goes as a second one.
compose-sent-before = Not sent. This message went out already, as it was before you changed it. What you wrote since is still here: send it once more, and it goes as a second message.
compose-perhaps-sent-before = Not sent. This message may have gone out already, as it was before you changed it. What you wrote since is still here: send it once more, and it goes as a second message.
compose-going-before = This message is being sent at this moment, as it was before you changed it. What you wrote since is still here. Press the button again to find out more.
compose-form-old = This page was open for too long, or you signed in again meanwhile. Nothing was sent. Look it over and press the button again.
compose-kept = You are signed in again, and what you wrote is still here. It was not sent.
compose-kept-files = You are signed in again, and what you wrote is still here. It was not sent. Files that were to be added with it have to be chosen again.
login-kept = You were signed out. Sign in, and what you wrote is there again.
login-not-kept = You were signed out, and what you wrote can’t be carried along. Copy it from here before you sign in. Or sign in in another tab and load this page again: your browser sends it once more.
login-left = What you wrote
compose-not-saved-quota = The draft could not be saved: the storage of this account is full. What you wrote is still here, and it can be sent.
compose-not-saved-kept = The draft could not be saved: the storage of this account is full. What you wrote is still here, and it can be sent. It is kept here too, and offered when you write next.
compose-unsaved-lead = This could not be saved, and waits here:
compose-unsaved-again = This could not be saved before, since the storage of this account was full. Send it, or make room and save it.
compose-not-saved = The draft could not be saved. { $why } What you wrote is still here.
compose-not-sent-because = Not sent. { $why } The message is still here.
unsent-too-large = It is { $size }, and the mail server takes { $limit }.
unsent-recipient = The mail server does not take { $address }: { $said }
unsent-said = “{ $code } { $text }”
unsent-sender = The mail server does not let you write from this address: { $said }
unsent-refused = The mail server refused it: { $said }
unsent-temporary = The mail server can't take it just now: { $said }
unsent-sign-in = The mail server for sending did not take your password.
unsent-insecure = The connection to the mail server for sending is not safe, so nothing was sent to it. Your host has to look at this.
unsent-unreachable = The mail server for sending does not answer.
unsent-too-slow = The mail server for sending did not answer in time.
unsent-closed = The mail server for sending closed the connection.
unsent-garbled = The mail server for sending could not be understood.
unsent-unicode = The mail server for sending takes no address with such letters: { $address }
unsent-off = Sending is not set up here. Your host has to look at this.
unsent-file-gone = A file is no longer where it was. Remove it, and add it again.
unsent-not-sendable = There is something in it that no mail can carry.
unsent-draft-gone = Its draft was deleted or changed elsewhere.
unsent-no-mail-server = The mail server with the draft does not answer.
unsent-signed-out = The mail server does not take the password any more. Sign in again.
unsent-not-kept = It could not be written down here, so nothing was begun.

mailto-title = Links to mail addresses
mailto-hint = A link to a mail address on any page can open a new message here.
mailto-offer = Open them here
mailto-asked = Your browser has asked you. It can be changed in the browser’s own settings.
mailto-none = This browser does not offer it here.

compose-canned = Put in a template
quote-wrote = On { $date }, { $who } wrote:
quote-somebody = On { $date } somebody wrote:
quote-forwarded = ---------- Forwarded message ----------
