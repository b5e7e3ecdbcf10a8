# What fills the mailbox, and how to make room.
storage = Storage
account-pages = Account

# How full it is. What stands between two ¤ is written large.
storage-figure = ¤{ $used }¤ of { $limit } used
storage-figure-alone = ¤{ $used }¤ used
storage-figure-estimate = ¤{ $used }¤ used, as far as we can tell
storage-estimate = The mail server does not say how much room there is. This is the sum of your messages: an estimate.
storage-unknown = How much room is used is not known yet.
storage-pace = { $months ->
    [0] At this pace full within a month
    [one] At this pace full in about a month
   *[other] At this pace full in about { $months } months
  }
storage-root-storage = Storage, { $name }
storage-root-messages = Messages, { $name }
storage-messages = Messages
storage-fact-messages = { $count ->
    [one] ¤1¤ message
   *[other] ¤{ $shown }¤ messages
  }
storage-fact-files = ¤{ $size }¤ of it in attachments
storage-fact-waste = ¤{ $size }¤ in Trash and Junk
storage-quickest = Quickest way: what you already threw away
storage-empty = Empty { $folder }, frees { $size }
storage-empty-unknown = Empty { $folder }

# How far the counting is
storage-counting = { $done } of { $total } folders looked at
storage-stop = Stop
storage-look-again = Look again
storage-stopped = Counting was stopped. What follows is what was known then.
storage-broke-off = Counting broke off. { $why } What follows is what was known then.
storage-begin = Nothing was counted yet.
storage-as-of = Counted { $time }
storage-left-out = { $count ->
    [one] 1 folder could not be looked at, and is not in the sums.
   *[other] { $shown } folders could not be looked at, and are not in the sums.
  }

storage-by-folder = By folder
storage-key-files = Attachments
storage-key-rest = Everything else
storage-key-waste = Can go
storage-as-table = As a table
storage-all-folders = { $count ->
    [one] 1 folder as a table
   *[other] All { $shown } folders as a table
  }
storage-folder = Folder
storage-size = Size
storage-date = Date
storage-year = Year
storage-message = Message
storage-look = Look
storage-look-at = Look at { $what }

storage-by-year = By year
storage-years-label = Size by year: { $list }
storage-year-size = { $year }: { $size }
storage-short-year = ’{ $year }
storage-before = Everything that arrived before
storage-look-first = Look first

storage-biggest = Biggest messages
storage-biggest-more = See the { $shown } biggest
storage-senders = Biggest senders
storage-sender-none = Without a sender
storage-more-senders = { $count ->
    [one] 1 more sender
   *[other] { $shown } more senders
  }
storage-more-ways = More ways to make room
storage-files = Messages with large files
storage-files-text = { $count ->
    [0] No message carries a file.
    [one] 1 message, { $size } in its files. The text can stay.
   *[other] { $shown } messages, { $size } in their files. The texts can stay.
  }
storage-duplicates = Duplicates
storage-duplicates-text = { $count ->
    [0] Nothing is there twice.
    [one] 1 message is there more than once: { $size }. One of each stays.
   *[other] { $shown } messages are there more than once: { $size }. One of each stays.
  }
storage-lists = Old mail of lists and newsletters
storage-lists-text = Older than { $days } days.
storage-lists-none = There is none that is older than { $days } days.
storage-list-text = { $count ->
    [one] 1 old message
   *[other] { $shown } old messages
  }
storage-more-lists = { $count ->
    [one] 1 more list
   *[other] { $shown } more lists
  }
storage-older = Everything in a folder that is older than
storage-older-in = Folder
storage-older-than = Older than
storage-older-below = And in the folders below it
storage-days = { $days ->
    [30] a month
    [90] three months
    [180] half a year
    [365] a year
    [730] two years
    [1095] three years
    [1825] five years
   *[other] { $days } days
  }
storage-count-size = { $count ->
    [one] 1 message, { $size }
   *[other] { $shown } messages, { $size }
  }
storage-count = { $count ->
    [one] 1 message
   *[other] { $shown } messages
  }

# Looking at what would go
storage-of-folder = Everything in { $folder }
storage-of-year = Everything of { $year }
storage-of-before = Everything from before { $year }
storage-of-sender = Everything from { $sender }
storage-of-list = Old mail of { $list }
storage-of-biggest = Biggest messages
storage-of-files = Messages with large files
storage-of-duplicates = Duplicates
storage-of-older = { $folder }: older than { $time }
storage-of-older-below = { $folder } and below: older than { $time }
storage-duplicates-lead = Each of these is there once more than needed. The one that stays is not in this list.
storage-incomplete = Still counting: more may come.
storage-incomplete-stopped = Not every folder was looked at. More may belong here.
storage-back = Back to Storage
storage-row-place = { $who } · { $folder }
storage-row-files = { $size } in files
storage-none-here = Nothing is here
storage-none-here-text = Either it is gone already, or it was never there.
storage-all-of-these = { $count ->
    [one] All of these: 1 message, { $size }
   *[other] All of these, on every page: { $shown } messages, { $size }
  }
storage-chosen = { $count ->
    [one] 1 chosen
   *[other] { $shown } chosen
  }
storage-frees = frees { $size }
storage-choose-first = Choose messages, then what to do with them
storage-download-first = Download first
storage-strip = Remove only the files
storage-move = Move to…
storage-delete = Delete

# Before it is done
storage-ask-delete = { $count ->
    [one] Delete 1 message for good?
   *[other] Delete { $shown } messages for good?
  }
storage-ask-delete-frees = { $count ->
    [one] It is removed from the mail server, on all your devices, and can't be brought back. This frees { $size }.
   *[other] They are removed from the mail server, on all your devices, and can't be brought back. This frees { $size }.
  }
storage-ask-delete-text = { $count ->
    [one] It is removed from the mail server, on all your devices, and can't be brought back.
   *[other] They are removed from the mail server, on all your devices, and can't be brought back.
  }
storage-ask-full = { $count ->
    [one] The storage of this account is full, so Trash can't take it: it is deleted straight away.
   *[other] The storage of this account is full, so Trash can't take them: they are deleted straight away.
  }
storage-ask-trash = { $count ->
    [one] Trash keeps it until it is emptied, and frees nothing until then.
   *[other] Trash keeps them until it is emptied, and frees nothing until then.
  }
storage-ask-from = { $count ->
    [one] 1 message in { $folder }
   *[other] { $shown } messages in { $folder }
  }
storage-ask-trash-button = Move to Trash
storage-ask-strip = { $count ->
    [one] Remove the files of 1 message?
   *[other] Remove the files of { $shown } messages?
  }
storage-ask-strip-frees = The messages stay with their text, date and marks; a note stands where each file was. The files can't be brought back. This frees up to { $size }.
storage-ask-strip-text = The messages stay with their text, date and marks; a note stands where each file was. The files can't be brought back.
storage-ask-strip-signed = Signed messages too, though their signatures then no longer hold
storage-ask-strip-yes = Remove the files
storage-ask-move = { $count ->
    [one] Move 1 message
   *[other] Move { $shown } messages
  }
storage-ask-move-text = Moving frees nothing here: the mail stays in your account.
storage-ask-move-yes = Move
storage-ask-first = { $count ->
    [one] 1 more message belongs here, and is left for the next time.
   *[other] { $shown } more messages belong here, and are left for the next time: that is all we take at once.
  }

# After it was done
storage-done-partly = { $text } In { $folder } nothing was changed: { $why }.

# What stands in the place of a removed file
storage-strip-note = The file “{"{"}name{"}"}” ({"{"}type{"}"}, {"{"}size{"}"}) was removed on {"{"}date{"}"} to free storage.
