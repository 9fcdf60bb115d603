@testable import Training

/// A network whose logits can be looked at; training keeps those of some positions at a time only.
protocol LogitNetwork: Network {
  /// The logits for each target of one segment, (targets, V), with the parameters loaded last.
  func logits(of segment: Segment, workspace: Workspace) -> [Float]
}

extension LogitNetwork {
  func logits(
    of segment: Segment, parameters: UnsafePointer<Float>, workspace: Workspace
  ) -> [Float] {
    load(parameters, forBackward: false, into: workspace)
    return logits(of: segment, workspace: workspace)
  }
}

extension TCNNetwork: LogitNetwork {
  func logits(of segment: Segment, workspace: TCNWorkspace) -> [Float] {
    guard !segment.targets.isEmpty else { return [] }
    let pass = workspace.forward(segment, dropout: nil)
    return workspace.head.logits(hidden: pass.output, rows: segment.targets.count)
  }
}

extension WindowCNNNetwork: LogitNetwork {
  func logits(of segment: Segment, workspace: WindowCNNWorkspace) -> [Float] {
    var logits: [Float] = []
    workspace.forEachBatch(segment, dropout: nil) { pass in
      logits += workspace.head.logits(hidden: pass.output, rows: pass.batch)
    }
    return logits
  }
}

extension Head {
  /// The logits of all positions, (rows, V) without padding.
  fileprivate func logits(hidden: UnsafeMutablePointer<Float>, rows: Int) -> [Float] {
    var result: [Float] = []
    forEachBlock(hidden, rows) { _, count, block in
      for row in 0..<count {
        for column in 0..<layer.shape.outputs {
          result.append(block.element(row: row, column: column).pointee)
        }
      }
    }
    return result
  }
}
