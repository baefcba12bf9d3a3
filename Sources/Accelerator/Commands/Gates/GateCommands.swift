/// The commands that take a challenge through its gates, from the proposal to the pledge.
enum GateCommands {
    static let all: [any Command.Type] = [
        ProgrammeCommand.self, BatchCommand.self, AreaCommand.self, ChallengeCommand.self,
        ProposalsCommand.self, ProposeCommand.self, ScoreCommand.self, AcceptCommand.self,
        RejectCommand.self, ReturnCommand.self, DeferCommand.self, MergeCommand.self,
        WithdrawCommand.self, StakeholderCommand.self, LeadershipCommand.self, TeamCommand.self,
        ReadyCommand.self, LaunchCommand.self, MidpointCommand.self, ReviewCommand.self,
        StopCommand.self, CloseCommand.self, PracticeCommand.self, PledgeCommand.self,
        HandoverCommand.self, SustainCommand.self, WaiveCommand.self, ReopenCommand.self,
        NoteCommand.self, MeetingCommand.self, GateCommand.self, VoteCommand.self,
        DependCommand.self,
        AgreeCommand.self,
    ]
}
