import Accelerator
import Language
import Platform
import Runtime

/// A chat in the terminal: what is typed is said by whoever the prompt names, unless `name>` says another.
struct ConsoleChat {
    enum Kind: Hashable {
        /// The sample, in a directory that goes away.
        case demonstration
        /// An empty bot in a directory that goes away.
        case trial
        /// A data directory that stays: the clock is the real one.
        case kept(String)
    }

    private var stage: Stage
    private let me: String
    private let kind: Kind
    private let isTerminal: Bool
    /// What brings a fresh bot to where this chat began, for `@ save`.
    private var record: [String]
    /// What others were sent since `@ log` last showed it.
    private var unseen: [Posted] = []
    private var input = LineReader()

    init(_ stage: Stage, me: String, kind: Kind, isTerminal: Bool, record: [String]) {
        self.stage = stage
        self.me = me
        self.kind = kind
        self.isTerminal = isTerminal
        self.record = record
    }

    /// Reads lines until there are no more, `quit`, or an interrupt.
    mutating func run() throws(JournalError) {
        if isTerminal { write(greeting + "\n\n") }
        while true {
            if isTerminal { write("\(me)> ") }
            guard let line = input.next() else {
                if isTerminal { write("\n") }
                break
            }
            let text = line.trimmed
            if text.isEmpty { continue }
            if text == "quit" || text == "exit" { break }
            do throws(Stage.Fault) {
                try hear(text)
            } catch {
                if case .journal(let error) = error { throw error }
                write("(\(error))\n")
            }
            if isTerminal { write("\n") }
        }
        if isTerminal { write(farewell + "\n") }
    }

    /// Seals what is kept.
    mutating func close() throws(JournalError) { try stage.close() }

    private var greeting: String {
        switch kind {
        case .demonstration: ConsoleNews(stage: stage).banner(me: me)
        case .trial:
            "An empty bot; nothing of it will be kept. You are \(stage.person(me).name), its administrator. Try: help"
        case .kept(let path):
            "The bot in \(path). You are \(stage.person(me).name). Try: help"
        }
    }

    private var farewell: String {
        switch kind {
        case .demonstration, .trial:
            "This was a sandbox; nothing was kept. Your own team: deploy/run telegram (README, \"Your team\")."
        case .kept(let path): "All of it is kept in \(path)."
        }
    }

    // MARK: Lines

    private mutating func hear(_ line: String) throws(Stage.Fault) {
        if line.hasPrefix("@") { return try command(String(line.dropFirst()).trimmed) }
        if line.hasPrefix("! ") { return try arrange(String(line.dropFirst()).trimmed) }
        if case .kept = kind { stage.follow(Instant(milliseconds: WallClock.now())) }
        var speech = Transcript.Speech(name: me, text: line)
        if let what = try? Transcript.message(line), case .speech(let other) = what {
            speech = other
        }
        if let member = stage.castByName(speech.name) {
            record.append("! cast \(member.name) = \(member.code)")
        }
        pressDigit(&speech)
        let said = try stage.say(speech).said
        note(Self.line(of: speech), said)
        show(said)
    }

    /// A digit is the choice that stands in the last message here, if there is one of that number.
    private func pressDigit(_ speech: inout Transcript.Speech) {
        guard speech.manner == .says, let n = Int(speech.text), n > 0 else { return }
        let address = speech.chat.map { "console:\($0)" } ?? stage.person(speech.name).principal
        guard let buttons = stage.shown[address]?.last?.buttons, n <= buttons.count else { return }
        speech.text = "[\(buttons[n - 1].label)]"
    }

    private mutating func command(_ text: String) throws(Stage.Fault) {
        let (word, rest) = Transcript.halves(text)
        switch word {
        case "log": return showLog(isWhole: rest == "all")
        case "save": return save(rest)
        default: break
        }
        if case .kept = kind {
            throw .impossible(
                "the clock of a directory that is kept is not moved by hand; hundred ring does it")
        }
        let clock: Transcript.Clock
        do throws(Transcript.Complaint) {
            clock = try Transcript.clock(text)
        } catch {
            throw .impossible("\(error.why), log, save FILE")
        }
        let isMine = stage.speaker == stage.person(me)
        stage.wait(as: me)
        let before = stage.local(stage.now)
        let said = try stage.move(clock)
        // In a transcript @ next is for whoever spoke last; else the time itself is written.
        note(clock == .next && !isMine ? "@ \(stage.now)" : "@ \(text)", said)
        let mine = said.filter { $0.address == stage.person(me).principal }
        write(
            ConsoleNews(stage: stage).passage(
                from: before, said: said, others: said.count - mine.count) + "\n")
        for one in mine { write(Self.drawn(one) + "\n") }
        unseen += said.filter { $0.address != stage.person(me).principal }
    }

    /// `! chat ch03 = CH-03 group` and the like.
    private mutating func arrange(_ text: String) throws(Stage.Fault) {
        let setUp: Transcript.SetUp
        do throws(Transcript.Complaint) {
            setUp = try Transcript.setUp(text)
        } catch {
            throw .impossible(error.why)
        }
        switch setUp {
        case .cast(let members): stage.add(members)
        case .chat(let name, let challenge?, let title):
            try stage.bind(name, title: title, to: challenge)
        case .language(let tag): try stage.speak(tag)
        case .hears(let all): try stage.hear(all: all)
        case .chat, .admin, .load: throw .impossible("that belongs at the start of a transcript")
        }
        record.append("! \(text)")
    }

    // MARK: Showing

    private mutating func show(_ said: [Posted]) {
        let mine = stage.person(me).principal
        // What is printed stays printed: a terminal has no edits.
        let said = said.filter { $0.replaces == nil }
        for one in said {
            if one.address == stage.here {
                write(Self.drawn(one) + "\n")
            } else if one.address == mine {
                write("(to \(me)) \(Self.drawn(one))\n")
            } else {
                unseen.append(one)
            }
            if let file = one.attachment { write("\(KeptFiles.put(file, in: "."))\n") }
        }
        let others = said.filter { $0.address != stage.here && $0.address != mine }.count
        if others > 0 { write("(Others got \(others) message\(others == 1 ? "" : "s"): @ log)\n") }
        if unseen.count > 500 { unseen.removeFirst(unseen.count - 500) }
    }

    /// The text, and the choices numbered in one row: behind the last line if there is room, else below it.
    static func drawn(_ posted: Posted) -> String {
        var text = posted.text
        if let picture = posted.picture { text += "\n(picture: \(picture))" }
        if let file = posted.attachment { text += "\n(file: \(file.name))" }
        let row = posted.buttons.enumerated().map { "\($0.offset + 1) [\($0.element.label)]" }
            .joined(separator: "  ")
        guard !row.isEmpty else { return text }
        let last = text.split(separator: "\n", omittingEmptySubsequences: false).last ?? ""
        return last.unicodeScalars.count + 3 + row.unicodeScalars.count <= 100
            ? "\(text)   \(row)" : "\(text)\n\(row)"
    }

    /// What others were sent since it was last asked for: the latest, or all of it.
    private mutating func showLog(isWhole: Bool) {
        if unseen.isEmpty { write("Nobody else was sent anything.\n") }
        let shown = isWhole ? unseen[...] : unseen.suffix(Self.mostShown)
        if shown.count < unseen.count {
            write("\(unseen.count - shown.count) earlier messages; all of them: @ log all\n")
        }
        for one in shown {
            let head =
                "\(ConsoleDates.moment(stage.local(one.at))) → \(stage.name(of: one.address)): "
            write(
                head
                    + one.text.split(separator: "\n", omittingEmptySubsequences: false).joined(
                        separator: "\n    ") + "\n")
        }
        if shown.count == unseen.count { unseen = [] }
    }
    /// Messages that `@ log` shows at once.
    private static let mostShown = 40

    // MARK: Saving

    private mutating func note(_ line: String, _ said: [Posted]) {
        record.append(line)
        for one in said { record += Drawing.lines(one, in: stage) }
    }

    /// `aigul in ch03 replies> text`
    static func line(of speech: Transcript.Speech) -> String {
        var head = speech.name
        if let chat = speech.chat { head += " in \(chat)" }
        switch speech.manner {
        case .says: break
        case .edits: head += " edits"
        case .replies: head += " replies"
        }
        return "\(head)> "
            + speech.text.split(separator: "\n", omittingEmptySubsequences: false).joined(
                separator: "\n  ")
    }

    private func save(_ path: String) {
        if case .kept = kind {
            return write(
                "(A transcript begins with a fresh bot; this one has a past. Only a sandbox can be saved.)\n"
            )
        }
        guard !path.isEmpty else { return write("(@ save FILE)\n") }
        let text = record.joined(separator: "\n") + "\n"
        do throws(SystemError) {
            try Files.write(Array(text.utf8), to: path)
            write("Saved. It plays with: hundred transcript \(path)\n")
        } catch {
            write("(\(error))\n")
        }
    }

    private func write(_ text: String) { Output.write(text) }
}
