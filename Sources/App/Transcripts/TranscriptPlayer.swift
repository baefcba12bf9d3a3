import Accelerator
import Language
import Platform
import Runtime

/// Plays a transcript against a fresh bot and compares what it says with what stands there.
///
/// 1. The file falls into turns: a line that does something, and the bot's messages up to the next one.
/// 2. After each turn the messages that left are compared with those that stand there, one by one.
/// 3. A turn that differs becomes a part of the difference; in the updated text its messages are replaced
///    where the first of them stood, and remarks stay where they are.
struct TranscriptPlayer {
    let decider: Decider
    /// Where the file lies, and where the samples do.
    let folder: String
    let samples: String

    struct Outcome {
        /// The difference with line numbers; empty where there is none.
        var difference = ""
        /// The file as it would be if it told what happened.
        var updated = ""
        /// Where playing ended before the end of the file.
        var fault: TranscriptFault?
        var isGood: Bool { difference.isEmpty && fault == nil }
    }

    func play(_ text: String, name: String) -> Outcome {
        var outcome = Outcome()
        let transcript: Transcript
        do throws(TranscriptFault) {
            transcript = try Transcript(parsing: text)
        } catch {
            outcome.fault = error
            return outcome
        }
        var stage: Stage
        do throws(JournalError) {
            stage = Stage(try Desk(decider, journal: MemoryJournal(), random: SeededBytes.make(1)))
        } catch {
            outcome.fault = TranscriptFault(line: 1, why: "\(error)")
            return outcome
        }
        var lines: [String] = []
        var hunks = ""
        for turn in Self.turns(transcript.entries) {
            var said: [Posted] = []
            if outcome.fault == nil, let act = turn.act {
                do throws(Stage.Fault) {
                    said = try perform(act.what, on: &stage)
                } catch {
                    outcome.fault = TranscriptFault(line: act.number, why: "\(error)")
                }
            }
            if outcome.fault != nil || Self.isSame(turn.rest, said, stage) {
                lines += (turn.act?.lines ?? []) + turn.rest.flatMap(\.lines)
            } else {
                let drawn = said.map { Drawing.lines($0, in: stage) }
                hunks += Self.hunk(
                    turn, drawn.flatMap { $0 }, at: lines.count + (turn.act?.lines.count ?? 0))
                lines +=
                    (turn.act?.lines ?? []) + Self.replacing(turn.rest, with: drawn.flatMap { $0 })
            }
        }
        if !hunks.isEmpty { outcome.difference = "--- \(name)\n+++ \(name) as played\n" + hunks }
        outcome.updated = lines.map { $0 + "\n" }.joined()
        return outcome
    }

    // MARK: Turns

    private struct Turn {
        var act: Transcript.Entry?
        /// Remarks and messages of the bot.
        var rest: [Transcript.Entry] = []
    }

    private static func turns(_ entries: [Transcript.Entry]) -> [Turn] {
        var turns = [Turn()]
        for entry in entries {
            switch entry.what {
            case .remark, .bot: turns[turns.count - 1].rest.append(entry)
            case .setUp, .clock, .speech: turns.append(Turn(act: entry))
            }
        }
        return turns
    }

    private func perform(_ what: Transcript.What, on stage: inout Stage) throws(Stage.Fault)
        -> [Posted]
    {
        switch what {
        case .remark, .bot: return []
        case .clock(let clock): return try stage.move(clock)
        case .speech(let speech):
            guard stage.now.milliseconds > 0 else {
                throw .impossible(
                    "what time is it? First comes a line such as @ 2026-03-20T17:30 Asia/Almaty")
            }
            return try stage.say(speech).said
        case .setUp(let setUp):
            try arrange(setUp, on: &stage)
            return []
        }
    }

    private func arrange(_ setUp: Transcript.SetUp, on stage: inout Stage) throws(Stage.Fault) {
        switch setUp {
        case .load(let file, let until):
            guard let path = Importing.find(file, beside: folder, or: samples) else {
                throw .impossible("there is no \(file) beside the transcript or among the samples")
            }
            let cohort: CohortFile
            do throws(LoadingFault) {
                cohort = try Importing.read(path)
            } catch {
                throw .impossible("\(error)")
            }
            try stage.load(cohort, until: until)
        case .language(let tag): try stage.speak(tag)
        case .cast(let members): stage.add(members)
        case .admin(let name): try stage.makeAdministrator(name)
        case .hears(let all): try stage.hear(all: all)
        case .chat(let name, let challenge, let title):
            if let challenge { try stage.bind(name, title: title, to: challenge) }
        }
    }

    // MARK: Comparing

    private static func isSame(_ rest: [Transcript.Entry], _ said: [Posted], _ stage: Stage) -> Bool
    {
        var expected = rest.compactMap { entry -> Transcript.Utterance? in
            if case .bot(let utterance) = entry.what { utterance } else { nil }
        }[...]
        guard expected.count == said.count else { return false }
        var left = said[...]
        while let first = left.first {
            // What one commit says to several may stand in any order.
            let together = first.n == nil ? 1 : left.prefix { $0.n == first.n }.count
            var open = Array(expected.prefix(together))
            for one in left.prefix(together) {
                guard let place = open.firstIndex(where: { Drawing.isSame($0, one, in: stage) })
                else { return false }
                open.remove(at: place)
            }
            left = left.dropFirst(together)
            expected = expected.dropFirst(together)
        }
        return true
    }

    /// The lines of a turn with new messages where the first old one stood, else right behind the act.
    private static func replacing(_ rest: [Transcript.Entry], with drawn: [String]) -> [String] {
        let first = rest.firstIndex { if case .bot = $0.what { true } else { false } } ?? 0
        let remarks = rest[first...].filter { if case .bot = $0.what { false } else { true } }
        return rest[..<first].flatMap(\.lines) + drawn + remarks.flatMap(\.lines)
    }

    /// One part of a unified difference. `behind` is how many lines the updated text has so far.
    private static func hunk(_ turn: Turn, _ drawn: [String], at behind: Int) -> String {
        let old = turn.rest.flatMap(\.lines)
        let parts = LineDifference.of(old, replacing(turn.rest, with: drawn))
        let context = turn.act?.lines ?? []
        let number = turn.act?.number ?? 1
        var body = context.map { " \($0)\n" }.joined()
        var new = context.count
        for part in parts {
            switch part {
            case .same(let line): body += " \(line)\n"; new += 1
            case .only(let line): body += "-\(line)\n"
            case .new(let line): body += "+\(line)\n"; new += 1
            }
        }
        let start = behind - context.count + 1
        return "@@ -\(number),\(context.count + old.count) +\(start),\(new) @@\n" + body
    }
}

/// Bytes that look random and are the same each time, so that codes in a transcript are too.
enum SeededBytes {
    static func make(_ seed: UInt64) -> @Sendable (Int) -> [UInt8] {
        let source = Lock(SplitMix64(seed))
        return { count in source.withLock { $0.bytes(count) } }
    }
}
