# Mail from an account elsewhere.
import-account = Bring mail from another account
import-lead = Fernpost fetches what is in another mailbox of yours and puts it into a folder here. Nothing is deleted there unless you say so, and nothing there is marked as read.
import-from = From which account?
import-from-lead = Only what is new since the last time comes: it is remembered which messages were fetched.
import-off = Whoever runs this service has not said from which other services mail may be fetched. Ask them to name yours.
import-not-allowed = Mail can be fetched only from the servers that stand here. Ask whoever runs this service to name yours.
import-by = Way
import-by-imap = IMAP, one folder with its marks
import-by-pop3 = POP3, the inbox
import-password = Password of the other account
import-password-hint = It is used for this and kept in memory until it is done. It is written down nowhere.
import-password-known = It is still in memory: leave this empty, unless it was wrong.
import-folder = Folder there
import-folder-inbox = The inbox. With IMAP you can choose another one.
import-show-folders = Show the folders there
import-into = Into this folder here
import-read = Count as read
import-read-hint = What you have read there is read here in either case, with IMAP.
import-delete = Delete there what has arrived here
import-delete-hint = With POP3 only. Each message is read back from here first, and stays there unless it is exactly the same.
import-begin = Fetch
import-lately = Under way, and lately
import-title = { $user } at { $host } into { $folder }
import-progress =
    { $count ->
        [0] Nothing has come yet.
        [one] One of { $total } messages, { $size }.
       *[other] { $shown } of { $total } messages, { $size }.
    }
import-running = It goes on, whether or not you look.
import-stopped = You stopped it.
import-done = Done.
import-over-quota = Your mailbox here is full. Make room; then it goes on by itself.
import-no-server = Your mail server here can’t be had. It is tried again by itself.
import-signed-out = It goes on when you sign in.
import-refused = The folder here does not take it: it may have been deleted or renamed.
import-not-kept = It could not be written down here what was fetched. It is tried again by itself.
import-no-source = The other server can’t be had. It is tried again by itself.
import-no-password = The other server wants the password: it was not right, or is not in memory any more.
import-too-many = There is too much under way already. Wait until some of it is done, or stop it.
import-too-large =
    { $count ->
        [one] One message is larger than 30 MB and stayed there.
       *[other] { $shown } messages are larger than 30 MB and stayed there.
    }
import-gone =
    { $count ->
        [one] One message was gone there before it could be fetched.
       *[other] { $shown } messages were gone there before they could be fetched.
    }
import-not-the-same =
    { $count ->
        [one] “{ $about }” was changed on its way, so it was not deleted there.
       *[other] { $shown } messages like “{ $about }” were changed on their way, so they were not deleted there.
    }
import-not-taken =
    { $count ->
        [one] “{ $about }” was not taken by your mail server here. It is still there.
       *[other] { $shown } messages like “{ $about }” were not taken by your mail server here. They are still there.
    }
import-stop = Stop
import-go-on = Go on
import-back = Another account
