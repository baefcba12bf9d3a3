import Accelerator
import JSON
import Language
import Platform
import Runtime

/// The world of a transcript or a terminal chat: a bot, a clock that is set by hand, and people who speak
/// under the names they were given.
///
/// 1. Each message is a millisecond later than the one before, so that two of them never tie.
/// 2. When the clock moves, all that is due on the way rings, each at its own time.
/// 3. What was shown where is remembered, for presses, replies and edits.
struct Stage {
    /// Why something can't be played.
    enum Fault: Error, CustomStringConvertible {
        case impossible(String)
        case journal(JournalError)

        var description: String {
            switch self {
            case .impossible(let why): why
            case .journal(let error): "\(error)"
            }
        }
    }

    /// A message somebody typed.
    private struct Typed {
        var message: String
        var sent: Instant
    }

    private(set) var desk: Desk
    /// The zone that wall clocks are read and shown in.
    private(set) var zone = "UTC"
    private(set) var now: Instant
    /// The clock's last hand-made time, before the milliseconds that messages added.
    private var set: Instant
    private(set) var cast: [Transcript.CastMember] = []
    /// Who spoke last, and where an answer goes.
    private(set) var speaker: Speaker?
    private(set) var here: String?
    /// By receiver, oldest first, the last fifty.
    private(set) var shown: [String: [Posted]] = [:]
    private var typed: [String: Typed] = [:]

    init(_ desk: Desk) {
        self.desk = desk
        now = desk.now
        set = desk.now
    }

    // MARK: People and places

    /// Whoever is meant by a name left of `>`: who was cast, else who has it as a code, else a stranger.
    func person(_ name: String) -> Speaker {
        let code = cast.first { $0.name == name }?.code ?? name
        return Speaker.resolve(code, desk.state, byName: false)
    }

    /// Casts whoever alone has this given name, for those who type and don't know codes. Returns what was
    /// cast.
    mutating func castByName(_ name: String) -> Transcript.CastMember? {
        guard person(name).person == nil, let code = Speaker.resolve(name, desk.state).person else {
            return nil
        }
        let member = Transcript.CastMember(name: name, code: code)
        add([member])
        return member
    }

    /// The name of a receiver, as it is written after `to` or `in`.
    func name(of address: String) -> String {
        for member in cast where person(member.name).principal == address { return member.name }
        return address.hasPrefix("console:") ? String(address.dropFirst("console:".count)) : address
    }

    mutating func add(_ members: [Transcript.CastMember]) {
        for member in members {
            cast.removeAll { $0.name == member.name }
            cast.append(member)
        }
    }

    /// The wall clock here at a time.
    func local(_ instant: Instant) -> LocalMoment {
        desk.decider.zones.local(instant, in: zone) ?? instant.local(offset: 0)
    }

    // MARK: Set-up

    /// Loads a cohort as `import` does; the clock stands at the end of it.
    mutating func load(_ file: CohortFile, until: Instant?) throws(Fault) {
        do throws(JournalError) {
            now = max(now, try Importing.load(file, until: until, desk.decider, into: desk.journal))
            desk = try desk.renewed()
            set = now
            if zone == "UTC", desk.decider.zones.knows(file.cohort.zone) { zone = file.cohort.zone }
        } catch {
            throw .journal(error)
        }
    }

    /// Everyone reads and hears this language until they choose another.
    mutating func speak(_ language: String) throws(Fault) {
        do throws(JournalError) {
            desk = try desk.renewed(language: language)
        } catch {
            throw .journal(error)
        }
        for member in cast {
            _ = try take(
                .operated(.speak(principal: person(member.name).principal, language: language)))
        }
    }

    mutating func bind(_ chat: String, title: String?, to challenge: String) throws(Fault) {
        guard desk.state.challenges[challenge] != nil else {
            throw .impossible("there is no challenge \(challenge)")
        }
        _ = try take(.operated(.bind(chat: "console:\(chat)", title: title, challenge: challenge)))
    }

    /// The console says, as a channel does when it starts, what it lets the bot hear in groups.
    mutating func hear(all: Bool) throws(Fault) {
        _ = try take(.channel(ChannelKnown("console", hearsAll: all)))
    }

    mutating func makeAdministrator(_ name: String) throws(Fault) {
        let given = name.prefix(1).uppercased() + name.dropFirst()
        _ = try take(.operated(.administrator(principal: person(name).principal, name: given)))
    }

    private mutating func take(_ input: Input) throws(Fault) -> Told {
        do throws(JournalError) {
            let heard = try desk.take(input, at: max(now, desk.state.at))
            remember(heard.said)
            return heard
        } catch {
            throw .journal(error)
        }
    }

    private mutating func remember(_ said: [Posted]) {
        for one in said {
            // An edit stands where the message stood.
            if let place = shown[one.address]?.firstIndex(where: { $0.name == one.replaces }) {
                shown[one.address]?[place] = one
                continue
            }
            shown[one.address, default: []].append(one)
            if shown[one.address, default: []].count > 50 { shown[one.address]?.removeFirst() }
        }
    }

    // MARK: Time

    /// When a line of the clock means, given what time it is.
    func time(_ clock: Transcript.Clock) throws(Fault) -> (instant: Instant, zone: String) {
        let zones = desk.decider.zones
        switch clock {
        case .instant(let instant): return (instant, zone)
        case .local(let moment, let named):
            let zone = named ?? zone
            guard let instant = zones.instant(moment, in: zone) else {
                throw .impossible("there is no time zone “\(zone)”")
            }
            return (instant, zone)
        case .later(let days, let milliseconds):
            guard days > 0 else { return (set.advanced(by: milliseconds), zone) }
            let local = local(set)
            let there = zones.instant(LocalMoment(local.date + days, local.time), in: zone)
            return (there ?? set.advanced(by: Int64(days) * Instant.day), zone)
        case .next: return (set, zone)
        }
    }

    /// Moves the clock, and rings what is due on the way.
    mutating func move(_ clock: Transcript.Clock) throws(Fault) -> [Posted] {
        if case .next = clock { return try moveToNextMessage() }
        let (instant, zone) = try time(clock)
        guard instant >= set else {
            throw .impossible("time does not go back, from \(local(set)) to \(local(instant))")
        }
        self.zone = zone
        let said = try ring(until: instant)
        desk.wait(until: instant)
        now = max(instant, desk.state.at)
        set = instant
        return said
    }

    /// To the next message that the clock has for whoever spoke last, within a year and a month.
    private mutating func moveToNextMessage() throws(Fault) -> [Posted] {
        guard let speaker else {
            throw .impossible("nobody has spoken yet whose next message could be awaited")
        }
        let said = try ring(until: now.advanced(by: 396 * Instant.day)) { said in
            said.contains { $0.address == speaker.principal }
        }
        guard said.contains(where: { $0.address == speaker.principal }) else {
            throw .impossible("nothing more will be sent to \(speaker.name) by the clock")
        }
        now = max(now, desk.state.at)
        set = now
        return said
    }

    private mutating func ring(
        until end: Instant, _ enough: ([Posted]) -> Bool = { _ in false }
    ) throws(Fault) -> [Posted] {
        do throws(JournalError) {
            let heard = try desk.ring(until: end, enough)
            remember(heard.said)
            return heard.said
        } catch {
            throw .journal(error)
        }
    }

    mutating func close() throws(JournalError) { try desk.close() }

    /// The clock is the real one: it stands where that does.
    mutating func follow(_ instant: Instant) {
        now = max(now, instant)
        set = now
    }

    /// Whose next message `@ next` awaits.
    mutating func wait(as name: String) { speaker = person(name) }

    // MARK: Speaking

    /// Somebody says, edits, answers or presses something; what is said because of it.
    mutating func say(_ speech: Transcript.Speech) throws(Fault) -> Told {
        let speaker = person(speech.name)
        let address = speech.chat.map { "console:\($0)" } ?? speaker.principal
        now = max(now.advanced(by: 1), desk.state.at)
        var inbound = Inbound()
        inbound.channel = "console"
        inbound.principal = speaker.principal
        inbound.name = speaker.person == nil ? speech.name : speaker.name
        inbound.language = desk.language
        inbound.chat = speech.chat.map { "console:\($0)" }
        inbound.sent = now
        inbound.text = speech.text
        inbound.key = "console s:\(now.milliseconds)"
        inbound.message = "\(address)/s\(now.milliseconds)"
        let last = "\(speaker.principal) \(address)"
        switch speech.manner {
        case .edits:
            guard let before = typed[last] else {
                throw .impossible("\(speech.name) has said nothing here to edit")
            }
            inbound.kind = .edited
            inbound.message = before.message
            inbound.sent = before.sent
        case .replies:
            guard let answered = shown[address]?.last else {
                throw .impossible("the bot has said nothing here to reply to")
            }
            inbound.repliesTo = answered.name
            inbound.repliesToBot = true
        case .says:
            if let label = Press.label(speech.text) {
                try press(label, at: address, speech.name, &inbound)
            }
        }
        if speech.manner != .edits, inbound.kind == .said, let message = inbound.message {
            typed[last] = Typed(message: message, sent: now)
        }
        self.speaker = speaker
        here = address
        return try take(.message(inbound))
    }

    private func press(
        _ label: String, at address: String, _ name: String, _ inbound: inout Inbound
    ) throws(Fault) {
        for one in (shown[address] ?? []).reversed() {
            guard let button = Press.find(label, in: one.buttons) else { continue }
            inbound.kind = .pressed
            inbound.text = button.line
            inbound.pressed = one.id
            return
        }
        let open =
            shown[address]?.last { !$0.buttons.isEmpty }?.buttons.map { "[\($0.label)]" } ?? []
        throw .impossible(
            "there is no choice [\(label)] for \(name) here"
                + (open.isEmpty ? "" : "; there is \(open.joined(separator: " "))"))
    }
}
