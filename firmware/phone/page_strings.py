# SPDX-License-Identifier: MIT
"""Page strings: what stands on pages of the menu and in questions about keys, by name.

Loaded with the first of them, so that until then the memory is there for calls.
"""

from phone import strings

_TEXTS = """
new_key New key
new_key_why Nobody has compared this key yet. Call?
new_key_keys OK:call B:end
changed_key KEY CHANGED
changed_key_why It is not the key that you know. Forget the old one?
changed_key_keys #:forget B:keep
passphrase Passphrase
wrong It was not that one
compare Read to each other:
compare_keys OK:same B:not now
key_changed KEY CHANGED
no_helper Helper cannot be asked
locked Key is locked
k9 OK:save B:del #:mode
k2 OK:choose B:back
main Menu
address Dial an address
calls Calls
book Directory
settings Settings
info Information
number Number
version Version
on on
off off
empty (nothing here)
between From %d to %d
call Call
dial_it Dial
contact Contact
keep Add to directory
m Missed
r Received
d Dialled
add Add a contact
name Name
uri Address
speed Held digit
policy Calls
usual usual
key Key
key_none none
key_is_new new
key_compared compared
key_why Comes with a call
forget Forget key
sure_forget Forget the key?
helper_book Helper's book
told Helper's book
delete Delete
sure Delete it?
no No
yes Yes
account.user User
account.domain Domain
account.proxy Proxy
account.display Your name
account.auth_user Login name
account.password Password
account.registrar Registrar
account.expires Register for s
account.login Weakest login
security.policy Seal calls
security.encoding Sealed as
security.unlock_s Unlock for s
srtp.policy Seal sound
restart Restart to apply
update Update
update.address Update server
settings.address Settings file
update_cable Updates come by cable here
update_server No update server set
look Look for an update
looking Asking the server
install Install %s?
same It runs now
loading Loading %s
stop Stop
ready %s is ready
restart_now Restart now?
refused Refused:
understood OK
phone.country Tones
phone.zone Time zone
phone.pin PIN
phone.lock_after_s Lock after s
phone.speaker_volume Speaker volume
pin_rule 4 to 8 digits
pin_emergency Emergency number
lock Lock the phone
lock_wait Wait %d s
lock_wrong It was not that one
lock_emergency Emergency:
lock_keys OK:enter B:delete
reset Factory reset
reset_yes Wipe everything
reset_why Settings, contacts, calls, keys and passwords are forgotten, and the phone starts anew.
reset_type Type 12345
zone_country That of the tones
zone_typed Type a rule
zone_rule It is no such rule
wifi Wi-Fi
wifi_add Add a network
wifi_one Network
wifi_near In reach
wifi_typed Type its name
wifi_name Network name
wifi_key Password
wifi_forget Forget it
wifi_gone Forgotten
wifi_kept Kept, joining
wifi_rule 8 to 64 letters
wifi_full At most 8 networks
months Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec
phone.ringer Ringer
phone.ringer_volume Ringer volume
phone.volume Volume
media.gain_db Microphone
dial.timeout_ms Dial pause ms
dial.map Digit map
phone.dnd Do not disturb
"""


def text(name):
    """-> the text (str) of that name, here or in strings.py; "" when there is none."""
    start = _TEXTS.find("\n" + name + " ")
    if start < 0:
        return strings.text(name)
    return _TEXTS[start + len(name) + 2:_TEXTS.find("\n", start + 1)]
