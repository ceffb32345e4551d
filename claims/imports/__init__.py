"""The workbooks of this room: 理赔申请 and 二次报销结算."""
