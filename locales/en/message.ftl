message = Message
message-actions = Message actions
message-text = Message text
where = { $place } of { $total }
newer-message = Newer message
older-message = Older message
newer-title = Newer (k)
older-title = Older (j)
message-before = Previous message in this list
message-before-title = Previous (k)
message-after = Next message in this list
message-after-title = Next (j)
print = Print
all-headers = All headers
show-source = Show the source
source = Source
source-lead-cut = The first { $shown } of { $size }
back-to-message = Back to the message
download-message = Download the whole message
open-on-its-own = Open on its own
flagged = Flagged
attachments = Attachments
attachments-summary = { $count ->
    [one] 1 file, { $size }
   *[other] { $shown } files, { $size }
  }
attachment-about = { $kind }, { $size }
attachment-view = View { $name }
attachment-save = Save { $name } into a folder
kind-pdf = PDF
kind-signature = Signature
kind-picture = Picture
kind-sound = Sound
kind-film = Film
kind-message = Message
kind-report = Report
kind-calendar = Calendar
kind-contact = Contact
kind-spreadsheet = Spreadsheet
kind-document = Document
kind-presentation = Presentation
kind-outlook = Outlook container
kind-page = Web page
kind-archive = Archive
kind-text = Text
kind-file = File
download-file = Download
save-into = Save this message into
save-message = Save
done-saved = Message saved to { $folder }.
download-all = Download all
attached-message = Attached message
message-from = Message from { $who }
show-quoted = Show the quoted text
text-cut = The text is longer than is shown here.
download-whole-text = Download all of it
no-text = This message has no text.

fact-from = From
fact-sender = Sender
fact-reply-to = Reply to
fact-to = To
fact-cc = Cc
fact-bcc = Bcc
fact-date = Date
fact-arrived = Arrived
fact-list = List
show-all-recipients = Show all { $total } recipients
to-you = you
to-line = To { $people }
to-nobody = To nobody by name
to-more = { $people } and { $count ->
    [one] 1 more
   *[other] { $shown } more
  }
people-and = { $first } and { $last }
cc-line = Cc { $people }

notice-damaged = This message is damaged. Below is what could be read; the source has all of it.
notice-more-parts = { $count ->
    [one] 1 more part is not shown: this message has more than a page can hold. The source has all of it.
   *[other] { $shown } more parts are not shown: this message has more than a page can hold. The source has all of it.
  }
notice-remote-blocked = { $count ->
    [one] 1 remote image blocked
   *[other] { $shown } remote images blocked
  }
notice-remote-trackers = { $blocked }, { $count ->
    [one] 1 of them a tracker
   *[other] { $shown } of them trackers
  }
notice-remote-unknown = If this has remote images, they are blocked.
notice-remote-shown = { $count ->
    [0] No remote image shown
    [one] 1 remote image shown
   *[other] { $shown } remote images shown
  }
notice-trackers-blocked = { $shown-images }, { $count ->
    [one] 1 tracker still blocked
   *[other] { $shown } trackers still blocked
  }
show-once = Show once
always-for-sender = Always for this sender
no-longer-for-sender = No longer for this sender
touch-again = Touch again to open
notice-misled = A link in this message says { $claimed } and leads to { $host }.
notice-misled-more = A link in this message says { $claimed } and leads to { $host }; { $count ->
    [one] 1 more leads elsewhere than it says
   *[other] { $shown } more lead elsewhere than they say
  }.
notice-cut = The message is very long. Below is its beginning.
notice-not-shown = This message is too intricate to be shown as it was designed. Its source has all of it.

date-time = { $date }, { $time }
date-full = { $weekday }, { $date }, { $time } ({ $zone })
date-weekday = { $weekday }, { $date }
date-day-month = { $day } { $month }
date-month-day = { $month } { $day }
date-day-month-year = { $day } { $month } { $year }
date-month-day-year = { $month } { $day }, { $year }
time-am = { $time } AM
time-pm = { $time } PM
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
month-short-1 = Jan
month-short-2 = Feb
month-short-3 = Mar
month-short-4 = Apr
month-short-5 = May
month-short-6 = Jun
month-short-7 = Jul
month-short-8 = Aug
month-short-9 = Sep
month-short-10 = Oct
month-short-11 = Nov
month-short-12 = Dec
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday
weekday-short-1 = Mon
weekday-short-2 = Tue
weekday-short-3 = Wed
weekday-short-4 = Thu
weekday-short-5 = Fri
weekday-short-6 = Sat
weekday-short-7 = Sun
month-of-year = { $month } { $year }

size-bytes = { $count ->
    [one] 1 byte
   *[other] { $shown } bytes
  }
size-kb = { $shown } KB
size-mb = { $shown } MB
size-gb = { $shown } GB
size-tb = { $shown } TB

# A conversation
conversation = Conversation
conversation-actions = Conversation actions
conversation-text = Conversation text
whole-conversation = Whole conversation
conversation-you = You
conversation-elsewhere = { $to }, from { $folder }
conversation-people = { $count ->
    [one] 1 person
   *[other] { $shown } people
  }
conversation-summary = { $count ->
    [one] 1 message, { $people }
   *[other] { $shown } messages, { $people }
  }
conversation-left-out = { $count ->
    [one] 1 earlier message is not shown here.
   *[other] { $shown } earlier messages are not shown here.
  }
open-this-message = Open this message
mark-unread-from-here = Mark unread from here

# A designed message, or its words alone
show-as-text = Show as plain text
show-as-designed = Show as designed
