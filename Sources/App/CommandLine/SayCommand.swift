import Accelerator
import ArgumentParser
import Language
import Runtime

/// One message in, the replies out.
struct SayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "say", abstract: "Says one message to the bot and prints its replies.",
        discussion: """
            Decides this message only; alarms ring with “hundred ring”. TEXT may be a choice of the bot's last \
            messages: [2] by its number, [label] by its words.
            """)

    @OptionGroup var everywhere: Everywhere

    @Option(
        name: .customLong("as"),
        help: "Who speaks: a person's code, a given name that is unique, else a stranger.")
    var who: String

    @Option(name: .customLong("in"), help: "The group it is said in; private without it.")
    var chat: String?

    @Option(help: "When (RFC 3339); now without it, and never before the last commit.")
    var at: String?

    @Option(help: "The language that the channel tells of whoever speaks.")
    var language: String?

    @Flag(help: "Decide and print, and write nothing.")
    var dryRun = false

    @Flag(help: "Print one JSON object.")
    var json = false

    @Option(help: "A folder for the files of an answer, such as /export gives.")
    var files: String?

    @Argument(help: "The message.")
    var text: String

    func run() throws {
        let told: Told
        if dryRun {
            let state = try everywhere.readState()
            var desk = try Desk(try everywhere.decider(), journal: MemoryJournal(state))
            told = try say(to: &desk)
        } else {
            // Refused before the directory is opened for writing, which leaves a line.
            if at != nil { _ = try time(after: everywhere.readState()) }
            told = try everywhere.withDesk { try say(to: &$0) }
        }
        json ? Output.write(told.json()) : Printing.write(told.said, to: inboundAddress(told))
        guard let files else { return }
        for file in told.said.compactMap(\.attachment) {
            Output.complain(KeptFiles.put(file, in: files))
        }
    }

    private func say(to desk: inout Desk) throws -> Told {
        let at = try time(after: desk.state)
        return try desk.take(.message(try inbound(desk, at)), at: at)
    }

    private func time(after state: State) throws -> Instant {
        guard let at else { return max(Times.now, state.at) }
        let time = try Times.instant(at, option: "--at")
        guard time >= state.at else {
            throw Exit.usage("--at: the last commit was made at \(state.at); nothing was written")
        }
        return time
    }

    private func inbound(_ desk: Desk, _ at: Instant) throws -> Inbound {
        let speaker = Speaker.resolve(who, desk.state)
        var inbound = Inbound()
        inbound.channel = "console"
        inbound.principal = speaker.principal
        inbound.name = speaker.name
        inbound.language = language
        inbound.chat = chat.map { "console:\($0)" }
        inbound.sent = at
        inbound.text = text
        let address = inbound.chat ?? speaker.principal
        inbound.message = "\(address)/s\(desk.state.n + 1).\(at.milliseconds)"
        if let label = Press.label(text) {
            guard
                let (id, button) = desk.choice(
                    label, at: address, principal: speaker.principal, chat: inbound.chat)
            else {
                throw Exit.usage(
                    "there is no choice [\(label)] open to \(who) here; nothing was written")
            }
            inbound.kind = .pressed
            inbound.text = button.line
            inbound.pressed = id
        }
        return inbound
    }

    private func inboundAddress(_ told: Told) -> String? {
        chat.map { "console:\($0)" }
            ?? told.said.first { $0.chat == nil && $0.kind == .reply }?.address
    }
}

extension Desk {
    /// A choice that is still open here: of the question that waits for this person, else of the messages
    /// that were delivered here, the newest first.
    func choice(
        _ label: String, at address: String, principal: String, chat: String?
    ) -> (id: String?, button: Message.Button)? {
        var offered: [(id: String?, offers: [Offer])] = []
        let sent = state.sent.filter {
            $0.message?.hasPrefix(address + "/") ?? false && !$0.offers.isEmpty
        }
        for one in sent.sorted(by: { ($0.at, Self.order($0.id)) > ($1.at, Self.order($1.id)) }) {
            offered.append((one.id, one.offers))
        }
        if let question = state.questions[Question.key(principal, chat)] {
            offered.append((nil, question.offers))
        }
        let language = state.person(of: principal)?.language ?? self.language
        for (id, offers) in offered {
            let buttons = offers.map {
                Message.Button(
                    label: decider.phrasebook.text($0.label, language: language), line: $0.line)
            }
            if let button = Press.find(label, in: buttons) { return (id, button) }
        }
        return nil
    }

    /// `712.3` -> 712003: ids by age.
    private static func order(_ id: String) -> UInt64 {
        let parts = id.split(separator: ".").compactMap { UInt64($0) }
        return (parts.first ?? 0) &* 1_000 &+ min(parts.last ?? 0, 999)
    }
}

/// Messages on standard output.
enum Printing {
    /// What is for whoever spoke stands plainly; what reached others says whom.
    static func write(_ said: [Posted], to address: String?) {
        for one in said {
            let head = one.address == address ? "" : "→ \(one.address): "
            Output.write(head + ConsoleChat.drawn(one) + "\n")
        }
    }
}
