messages-in = Messages in { $folder }
list = List
unread-summary = { $shown } unread
messages-summary = { $count ->
    [one] 1 message
   *[other] { $shown } messages
  }
found-summary = { $count ->
    [0] nothing found
    [one] 1 found
   *[other] { $shown } found
  }
empty-folder = Empty { $folder } ({ $count ->
    [one] 1 message
   *[other] { $shown } messages
  })
choose-all = Choose all
choose-page = Choose all on this page
choose-none = Choose none
choose-row = Choose:
chosen = chosen
with-chosen = With the chosen messages
row-unread = Unread.
row-answered = Answered.
row-forwarded = Forwarded.
row-files = With files.
row-to = To: { $people }
row-nobody = (no recipient)
no-sender = (no sender)
no-subject = (no subject)
more-people = +{ $count }

new-messages = { $count ->
    [one] 1 new message
   *[other] { $shown } new messages
  }
list-changed = This list has changed. Show it as it is now
row-gone = No longer here.

show-only = Show only
filter-all = All
filter-unread = Unread
filter-flagged = Flagged
clear-search = Stop searching for { $query }

sort-by = Sort by
sorted-change = Sorted by: { $order }. Change
sort-newest = Newest
sort-oldest = Oldest
sort-sender = Sender
sort-subject = Subject
sort-size = Size
sort-newest-long = Date, newest first
sort-oldest-long = Date, oldest first
sort-size-long = Size, largest first

pages = Pages
page-where = { $from }–{ $to } of { $total }
page-before = Page before
page-after = Page after

day-today = Today
day-yesterday = Yesterday
day-this-week = This week
day-last-week = Last week

nothing-inbox = Nothing here. Enjoy it.
nothing-inbox-text = New mail shows as soon as you look again.
look-again = Look again
nothing-folder = { $folder } is empty
nothing-folder-text = What you move here is kept until you take it out.
nothing-trash-text = What you delete comes here first.
nothing-junk-text = Unwanted mail comes here.
nothing-drafts-text = Letters you have begun are kept here.
nothing-sent-text = Copies of what you send are kept here.
to-inbox = Go to the inbox
nothing-unread = No unread messages
nothing-unread-text = You have seen everything in { $folder }.
nothing-flagged = No flagged messages
nothing-flagged-text = The star beside a message puts it here.
nothing-found = No message with “{ $query }”
nothing-found-text = Sender, subject, recipients and text in { $folder } were searched.
show-all-messages = Show all messages
